// @ts-check
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { npm } from './processes.mjs';
import { SetupError, withProgress } from './progress.mjs';

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} LockedPackage */
/** @typedef {Record<string, LockedPackage>} LockedPackages */

/** @param {string} file @returns {LockedPackages | undefined} */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Whether what is installed is what the lock file asks for. Packages for other platforms may be missing.
 * @param {LockedPackages} wanted
 * @param {LockedPackages | undefined} installed
 */
export function isInstalled(wanted, installed) {
  if (!installed) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === version : optional === true;
  });
}

/** Installs the dependencies when node_modules is not what package-lock.json says. npm itself notes in node_modules what it
 * installed, as its last step, so an interrupted installation is seen as none. */
export async function ensureDependencies() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  if (!wanted) throw new SetupError('package-lock.json cannot be read: is this a complete checkout?');
  if (isInstalled(wanted, packagesOf(join(root, 'node_modules', '.package-lock.json')))) return;
  await withProgress('Installing the dependencies (npm ci)', () => npm(['ci'], { cwd: root }));
}
