// @ts-check
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { folderSize, megabytes, run } from './processes.mjs';
import { withProgress } from './progress.mjs';

const LONGEST_SILENCE_SECONDS = 60;

const electronPackage = join(root, 'node_modules', 'electron');

export function officialVersion() {
  return JSON.parse(readFileSync(join(electronPackage, 'package.json'), 'utf8')).version;
}

/**
 * Lets the `electron` package fetch its binary, and gives up when nothing has arrived for a minute.
 * @param {string} node
 * @returns {Promise<string | undefined>} why it failed, or nothing
 */
export async function downloadOfficial(node) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-electron-'));
  const silence = new AbortController();
  let arrived = 0;
  let quietSince = Date.now();
  const watch = setInterval(() => {
    const now = folderSize(folder);
    if (now !== arrived) [arrived, quietSince] = [now, Date.now()];
    if (Date.now() - quietSince > LONGEST_SILENCE_SECONDS * 1000) silence.abort();
  }, 1000);
  const env = { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder };
  const download = () => run(node, ['install.js'], { cwd: electronPackage, env, signal: silence.signal });
  const title = `Downloading Electron ${officialVersion()}`;
  try {
    await withProgress(title, download, () => (arrived > 0 ? megabytes(arrived) : ''));
    return undefined;
  } catch (error) {
    return silence.signal.aborted ? `nothing arrived for ${LONGEST_SILENCE_SECONDS} s` : reason(error);
  } finally {
    clearInterval(watch);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {unknown} error */
function reason(error) {
  const text = error instanceof Error ? error.message : String(error);
  return (
    /\bE[A-Z]{5,}\b/.exec(text)?.[0] ??
    text
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^\w*Error: /, '') ??
    'unknown reason'
  );
}
