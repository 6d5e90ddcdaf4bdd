import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collect } from './programs.ts';
import { root } from './setup/paths.mjs';

const SOURCES = [
  '{electron,renderer,shared,protocol,ui}/**/*.*',
  '{electron.vite.config.ts,tsconfig.json,package.json,package-lock.json}',
];

const mark = join(root, 'out', 'built-from');

/** One hash over the names and contents of the checkout's files that match. */
export function hashOfFiles(patterns: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of globSync(patterns, { cwd: root }).sort()) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * Builds the kiosk into out/. Does nothing when out/ was built from these very sources.
 * @returns the hash of those sources.
 */
export async function buildKiosk(): Promise<string> {
  const hash = hashOfFiles(SOURCES);
  if (existsSync(mark) && readFileSync(mark, 'utf8') === hash) return hash;
  // Without the mark, an interrupted build is never taken for a finished one.
  rmSync(mark, { force: true });
  console.log('Building the kiosk …');
  const { code, output } = await collect({
    package: 'electron-vite',
    command: 'electron-vite',
    args: ['build', '--logLevel', 'warn'],
    // The older of the two Electrons that the code has to run on.
    env: { ELECTRON_MAJOR_VER: '33', NODE_ENV: 'production' },
  });
  if (code !== 0) throw new Error(`The kiosk could not be built:\n${output}`);
  mkdirSync(join(root, 'out'), { recursive: true });
  writeFileSync(mark, hash);
  return hash;
}
