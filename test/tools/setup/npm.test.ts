import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { npm, npmEnvironment } from '../../../tools/setup/processes.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-npm-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** A package as better-sqlite3 is one: with a binding.gyp that nobody is meant to build. */
function pack(name: string, more: Record<string, string>): string {
  write(`${name}/package.json`, JSON.stringify({ name, version: '1.0.0', gypfile: false }));
  for (const [path, content] of Object.entries(more)) write(`${name}/${path}`, content);
  execFileSync('npm', ['pack', `./${name}`], { cwd: folder, stdio: 'pipe', env: npmEnvironment() });
  return `file:../${name}-1.0.0.tgz`;
}

/** A machine with npm and next to nothing else. */
function onlyNpm(): void {
  const folders = (npmEnvironment().PATH ?? '').split(delimiter);
  mkdirSync(join(folder, 'bin'));
  for (const name of ['npm', 'node', 'sh']) {
    const file = folders.map((path) => join(path, name)).find((path) => existsSync(path));
    if (file !== undefined) symlinkSync(file, join(folder, 'bin', name));
  }
  vi.stubEnv('PATH', join(folder, 'bin'));
}

test('found 1: neither a compiler nor the user’s npm settings have a say in what is installed', async () => {
  const needed = pack('needed', {
    'binding.gyp': '{ "targets": [{ "target_name": "built", "sources": ["none.cc"] }] }',
  });
  const forDevelopers = pack('for-developers', {});
  const dependencies = { dependencies: { needed }, devDependencies: { 'for-developers': forDevelopers } };
  write('project/package.json', JSON.stringify({ name: 'project', version: '1.0.0', ...dependencies }));
  const project = { cwd: join(folder, 'project') };
  await npm(['install', '--package-lock-only', '--offline'], project);
  rmSync(join(folder, 'project', 'node_modules'), { recursive: true, force: true });

  const awkward = ['omit=dev', 'ignore-scripts=false', 'dry-run=true', 'package-lock=false', 'global=true'];
  write('npmrc', [...awkward, 'install-strategy=linked', 'nodedir=/nowhere', ''].join('\n'));
  vi.stubEnv('npm_config_userconfig', join(folder, 'npmrc'));
  vi.stubEnv('NODE_ENV', 'production');
  onlyNpm();
  await npm(['ci', '--offline'], project);
  const installed = (path: string) => existsSync(join(folder, 'project', 'node_modules', path));
  expect([installed('needed/binding.gyp'), installed('needed/build')]).toEqual([true, false]);
  expect(installed('for-developers/package.json')).toBe(true);
}, 60_000);
