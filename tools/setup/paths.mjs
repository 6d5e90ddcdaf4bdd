// @ts-check
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The checkout. */
export const root = resolve(import.meta.dirname, '..', '..');

/** Where prepared things outlive node_modules. COUNTERSIGN_CACHE chooses another folder. */
export function cacheFolder() {
  const chosen = process.env.COUNTERSIGN_CACHE;
  if (chosen) return resolve(chosen);
  return join(process.env.XDG_CACHE_HOME || join(home(), '.cache'), 'countersign');
}

/** A container may run as a user that the system does not know. */
function home() {
  try {
    return homedir();
  } catch {
    return root;
  }
}
