// @ts-check
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError } from './progress.mjs';

/** @typedef {import('node:child_process').SpawnOptions & { signal?: AbortSignal }} Options */

/**
 * Runs a program quietly; when it fails, the error carries what it said.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {Options} [options]
 * @returns {Promise<string>} its output
 */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let everything = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      everything += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      everything += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else
        reject(
          new SetupError(
            `${program} ${args.join(' ')} ended with ${code ?? signal}\n${everything.trim().slice(0, 3000)}`,
          ),
        );
    });
  });
}

/**
 * Runs npm on the Node that is installed. The project's own Node lives in node_modules, which npm may be about to replace.
 * @param {readonly string[]} args
 * @param {Options} [options]
 */
export function npm(args, options = {}) {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !/[\\/]node_modules[\\/]/.test(folder));
  const env = { ...process.env, npm_config_loglevel: 'error', ...options.env, PATH: path.join(delimiter) };
  const windows = process.platform === 'win32';
  return run(windows ? 'npm.cmd' : 'npm', args, { ...options, env, shell: windows });
}

/** The bytes in a folder, to show how far a download has come; 0 while there is nothing. @param {string} folder */
export function folderSize(folder) {
  let bytes = 0;
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
    }
  } catch {
    // A file that vanished between listing and looking: the next look tells.
  }
  return bytes;
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}
