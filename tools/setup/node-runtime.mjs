// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { npmEnvironment, run } from './processes.mjs';
import { SetupError, withProgress } from './progress.mjs';

const folder = join(root, 'node_modules', 'node');
const node = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const headers = join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'include', 'node');

/** The Node that the npm package `node` brings, which strips types by itself. @returns {Promise<string>} its path */
export async function ensureNode() {
  if (!existsSync(node)) await install('Installing Node for this project');
  if (!existsSync(node))
    throw new SetupError(`Node could not be installed into ${folder}. Is the package registry in reach?`);
  return node;
}

/** The C headers that come with it. A later `npm install` of something else takes them away. @returns {Promise<string>} their folder */
export async function ensureNodeHeaders() {
  if (!existsSync(headers)) await install("Fetching Node's headers");
  return headers;
}

/** What the package's own install script does: it calls npm for the package of this platform. @param {string} title */
async function install(title) {
  await withProgress(title, () =>
    run(process.execPath, ['installArchSpecificPackage.js'], { cwd: folder, env: npmEnvironment() }),
  );
}
