// @ts-check
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './paths.mjs';
import { SetupError } from './progress.mjs';

/**
 * Gives `work` a folder in the cache to prepare something in, to be renamed to its place when it is whole: an interrupted
 * set-up leaves nothing that looks ready.
 * @template T
 * @param {string} name
 * @param {(folder: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withWorkshop(name, work) {
  const folder = join(cacheFolder(), `${name}.preparing-${process.pid}`);
  try {
    mkdirSync(cacheFolder(), { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new SetupError(
      `There is no place for what has to be prepared (${reason}). Choose one: COUNTERSIGN_CACHE=FOLDER`,
    );
  }
  removeLeftovers();
  mkdirSync(folder);
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The workshops of runs that are no longer alive. */
function removeLeftovers() {
  for (const name of readdirSync(cacheFolder())) {
    const pid = /\.preparing-(\d+)$/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) rmSync(join(cacheFolder(), name), { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
