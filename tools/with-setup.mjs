// @ts-check
// The entry behind every npm script: prepares what the command needs, then runs tools/commands/COMMAND.ts on the
// project's own Node. Everything up to that point runs on the Node that happens to be installed, without dependencies.
import './setup/node-version.mjs';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDependencies } from './setup/dependencies.mjs';
import { startDisplay } from './setup/display.mjs';
import { fetchElectron, prepareElectron } from './setup/electron-runtime.mjs';
import { ensureNode } from './setup/node-runtime.mjs';
import { root } from './setup/paths.mjs';
import { SetupError, say } from './setup/progress.mjs';
import { ensureSqliteBinding, mustCompileBinding } from './setup/sqlite-binding.mjs';
import { ensureLibraries } from './setup/system-libraries.mjs';

const endsWithParent = pathToFileURL(join(root, 'tools', 'local', 'ends-with-parent.ts')).href;

/** @typedef {'electron' | 'display' | 'test-tools' | 'postgresql' | 'bare-debian'} Need */

/** What each command needs beyond the dependencies and Node. A command that is not listed needs nothing more. */
/** @type {Readonly<Record<string, readonly Need[]>>} */
const NEEDS = {
  start: ['electron', 'display'],
  kiosk: ['electron', 'display'],
  demo: ['electron', 'display'],
  gallery: ['electron', 'display'],
  bench: ['electron', 'display'],
  test: ['electron', 'display', 'test-tools'],
  faults: ['electron', 'display', 'test-tools', 'postgresql'],
  ci: ['electron', 'display', 'test-tools', 'postgresql', 'bare-debian'],
  fresh: ['bare-debian'],
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
  // The channel tells the command when this process is gone, even by SIGKILL: then it ends as well.
  const child = spawn(node, ['--import', endsWithParent, script, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env,
    cwd: root,
  });
  // Whoever told only us means the command, too. A terminal tells everybody, so a command may hear it twice.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  endWithNpm(() => child.kill('SIGTERM'));
  process.on('exit', cleanup);
  child.on('error', (error) => {
    console.error(`Could not start ${script}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
}

/** npm can be killed without a word to us; then nobody is left who wants the command. @param {() => void} end */
function endWithNpm(end) {
  if (!process.env.npm_lifecycle_event) return;
  const npm = starter(process.ppid);
  const watch = setInterval(() => {
    if (starter(process.ppid) === npm) return;
    clearInterval(watch);
    end();
  }, 500);
  watch.unref();
}

/** The process that started us: npm does it through a shell, which outlives npm. @param {number} pid @returns {number} */
function starter(pid) {
  try {
    // `pid (name) state parent …`
    const [, name = '', parent] = /\((.*)\) \S+ (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return /^(ba|da|a)?sh$/.test(name) ? starter(Number(parent)) : pid;
  } catch {
    return pid;
  }
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
