// @ts-check
// The entry behind every npm script: prepares what the command needs, then runs tools/commands/COMMAND.ts on the
// project's own Node. Everything up to that point runs on the Node that happens to be installed, without dependencies.
import './setup/node-version.mjs';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { ensureDependencies } from './setup/dependencies.mjs';
import { startDisplay } from './setup/display.mjs';
import { fetchElectron, prepareElectron } from './setup/electron-runtime.mjs';
import { ensureNode } from './setup/node-runtime.mjs';
import { root } from './setup/paths.mjs';
import { SetupError, say } from './setup/progress.mjs';
import { ensureSqliteBinding, mustCompileBinding } from './setup/sqlite-binding.mjs';
import { ensureLibraries } from './setup/system-libraries.mjs';

/** @typedef {'electron' | 'display' | 'test-tools' | 'postgresql' | 'debootstrap'} Need */

/** What each command needs beyond the dependencies and Node. A command that is not listed needs nothing more. */
/** @type {Readonly<Record<string, readonly Need[]>>} */
const NEEDS = {
  start: ['electron', 'display'],
  demo: ['electron', 'display'],
  gallery: ['electron', 'display'],
  bench: ['electron', 'display'],
  test: ['electron', 'display', 'test-tools'],
  ci: ['electron', 'display', 'test-tools', 'postgresql', 'debootstrap'],
  fresh: ['debootstrap'],
  setup: ['electron'],
  pack: ['electron'],
};

/** Settings handed over to the command, and what has to be undone when it ends.
 * @typedef {{ env: NodeJS.ProcessEnv, cleanup: () => void }} Prepared */

/** @param {readonly Need[]} needs @returns {Promise<Prepared>} */
async function prepare(needs) {
  await ensureDependencies();
  const node = await ensureNode();
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}` };
  const wantsElectron = needs.includes('electron');
  const fetched = wantsElectron ? await fetchElectron(node) : undefined;
  // All in one go: whoever has to install them by hand is asked once.
  const compiles = wantsElectron && mustCompileBinding(fetched ?? { kind: 'hosted' });
  const tools = [...(wantsElectron && !fetched ? ['unzip'] : []), ...(compiles ? ['compiler'] : [])];
  await ensureLibraries([...needs, ...tools]);
  if (wantsElectron) {
    const electron = fetched ?? (await prepareElectron());
    env.COUNTERSIGN_ELECTRON = electron.executable;
    const binding = await ensureSqliteBinding(electron);
    if (binding) env.COUNTERSIGN_SQLITE_BINDING = binding;
    else delete env.COUNTERSIGN_SQLITE_BINDING;
  }
  if (!needs.includes('display') || hasDisplay()) return { env, cleanup: () => {} };
  const screen = await startDisplay({ width: 1280, height: 800 });
  say(`No screen here: the windows open on a virtual one (${screen.display}, 1280 by 800).`);
  env.DISPLAY = screen.display;
  return { env, cleanup: screen.stop };
}

function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** @param {string} script @param {string[]} args @param {Prepared} prepared */
async function runCommand(script, args, { env, cleanup }) {
  const node = await ensureNode();
  const child = spawn(node, [script, ...args], { stdio: 'inherit', env, cwd: root });
  // A terminal sends Ctrl+C to the command as well as to us; only without one has it to be passed on.
  process.on('SIGINT', () => !process.stdin.isTTY && child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  process.on('exit', cleanup);
  child.on('error', (error) => {
    console.error(`Could not start ${script}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
}

async function main() {
  const [command, ...args] = process.argv.slice(2);
  const script = join(root, 'tools', 'commands', `${command}.ts`);
  if (!command || !/^[a-z][a-z-]*$/.test(command) || !existsSync(script)) {
    throw new SetupError(`There is no command "${command ?? ''}": tools/commands/ has no file of that name.`);
  }
  await runCommand(script, args, await prepare(NEEDS[command] ?? []));
}

main().catch((error) => {
  console.error(error instanceof SetupError ? `\n${error.message}\n` : error);
  process.exit(1);
});
