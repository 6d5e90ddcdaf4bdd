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
    child.on('error', (error) => reject(new SetupError(`${program} cannot be run: ${error.message}`)));
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
 * What a user's or a company's npm settings may say otherwise and a complete, unchanged installation from the lock file
 * cannot do with. Where to fetch from, through what and as whom stays theirs.
 */
const SETTINGS = {
  npm_config_loglevel: 'error',
  // npm would compile better-sqlite3 (it has a binding.gyp), which needs Python and Node's headers, for a binding that its
  // package brings ready-made. The two scripts that are needed are run by name.
  npm_config_ignore_scripts: 'true',
  npm_config_strict_allow_scripts: 'false',
  npm_config_include: 'dev\n\noptional\n\npeer',
  npm_config_dry_run: 'false',
  npm_config_package_lock: 'true',
  npm_config_package_lock_only: 'false',
  npm_config_global: 'false',
  npm_config_location: 'project',
  npm_config_install_strategy: 'hoisted',
  npm_config_legacy_peer_deps: 'false',
  npm_config_strict_peer_deps: 'false',
  npm_config_engine_strict: 'false',
};

/** The environment for npm, and for scripts that call it. */
export function npmEnvironment() {
  // The project's own Node lives in node_modules, which npm may be about to replace.
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !/[\\/]node_modules[\\/]/.test(folder));
  return { ...process.env, ...SETTINGS, PATH: path.join(delimiter) };
}

/**
 * Runs npm on the Node that is installed.
 * @param {readonly string[]} args
 * @param {Options} [options]
 */
export function npm(args, options = {}) {
  const windows = process.platform === 'win32';
  return run(windows ? 'npm.cmd' : 'npm', args, { ...options, env: npmEnvironment(), shell: windows });
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
