// Runs the programs that npm packages bring, on this Node and without a shell.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup/paths.mjs';

type Manifest = { bin: string | Record<string, string> };

/** The script behind a package's command. */
function scriptOf(packageName: string, command: string): string {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const script = typeof bin === 'string' ? bin : bin[command];
  if (!script) throw new Error(`${packageName} has no command ${command}`);
  return join(folder, script);
}

export type Program = { package: string; command: string; args: readonly string[]; env?: NodeJS.ProcessEnv };
export type Outcome = { code: number; output: string };

/** Runs it and collects everything it says. */
export function collect({ package: name, command, args, env }: Program): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    const options = { cwd: root, env: { ...process.env, ...env }, stdio };
    const child = spawn(process.execPath, [scriptOf(name, command), ...args], options);
    let output = '';
    const listen = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Runs it in front of the person. */
export function show({ package: name, command, args, env }: Program): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' } as const;
    const child = spawn(process.execPath, [scriptOf(name, command), ...args], options);
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
