// @ts-check
// better-sqlite3's ready-made binding needs Node-API 10. Electron 33 has Node-API 9 and crashes on it, because Node-API 9
// keeps references to strings only for bindings that call themselves experimental. For the registry-hosted runtime the
// binding is therefore compiled once from the source in better-sqlite3's own package, as such a one. (Changing only the
// version number inside the ready-made file is not enough: its finalizers then abort Electron at a garbage collection.)
// The official runtime and every release use the binding as it is.
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { ensureNodeHeaders } from './node-runtime.mjs';
import { cacheFolder, root } from './paths.mjs';
import { run } from './processes.mjs';
import { withProgress } from './progress.mjs';
import { withWorkshop } from './staging-folder.mjs';

const modules = join(root, 'node_modules');
const library = join(modules, 'better-sqlite3');

const COMMON_FLAGS = ['-c', '-O2', '-DNDEBUG', '-fPIC', '-fvisibility=hidden', '-w'];
const CXX_FLAGS = [
  '-std=c++20',
  '-fvisibility-inlines-hidden',
  '-DNAPI_EXPERIMENTAL',
  '-DNODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT',
  '-DNAPI_DISABLE_CPP_EXCEPTIONS',
  '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
];

/** The settings SQLite is compiled with, as better-sqlite3 lists them in its defines.gypi. @param {string} gypi */
export function definesIn(gypi) {
  return [...gypi.matchAll(/'([A-Z][A-Z0-9_]*(?:=-?\w+)?)'/g)].map(([, define]) => `-D${define}`);
}

/** @returns {string} */
function libraryVersion() {
  return JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')).version;
}

function ownBinding() {
  const name = `better-sqlite3-${libraryVersion()}`;
  return { name, file: join(cacheFolder(), `${name}.node`) };
}

/** Whether a compiler is needed for this Electron. @param {Pick<import('./electron-runtime.mjs').Electron, 'kind'>} electron */
export function mustCompileBinding({ kind }) {
  return kind === 'hosted' && !existsSync(ownBinding().file);
}

/**
 * Compiles the binding if need be.
 * @param {import('./electron-runtime.mjs').Electron} electron
 * @returns {Promise<string | undefined>} the binding to hand to better-sqlite3, if its own will not do
 */
export async function ensureSqliteBinding(electron) {
  if (electron.kind === 'official') return undefined;
  const { name, file } = ownBinding();
  if (existsSync(file)) return file;
  const headers = await ensureNodeHeaders();
  await withWorkshop(name, (workshop) =>
    withProgress('Building the database binding (about a minute)', async () => {
      const built = await build(workshop, headers);
      await tryIn(electron.executable, built);
      renameSync(built, file);
    }),
  );
  return file;
}

/** @param {string} workshop @param {string} headers Node's own: the package node-api-headers lacks what is experimental */
async function build(workshop, headers) {
  const defines = definesIn(readFileSync(join(library, 'deps', 'defines.gypi'), 'utf8'));
  const sqlite = join(library, 'deps', 'sqlite3', 'sqlite3.c');
  const binding = join(library, 'src', 'better_sqlite3.cpp');
  const include = [headers, join(modules, 'node-addon-api'), join(library, 'deps', 'sqlite3')].map(
    (folder) => `-I${folder}`,
  );
  await Promise.all([
    run('gcc', [...COMMON_FLAGS, '-std=c99', ...defines, sqlite, '-o', 'sqlite3.o'], { cwd: workshop }),
    run('g++', [...COMMON_FLAGS, ...CXX_FLAGS, ...include, binding, '-o', 'binding.o'], { cwd: workshop }),
  ]);
  const link = ['-shared', '-s', '-Wl,-Bsymbolic', '-Wl,--exclude-libs,ALL'];
  await run('g++', [...link, 'binding.o', 'sqlite3.o', '-ldl', '-lm', '-o', 'better_sqlite3.node'], { cwd: workshop });
  return join(workshop, 'better_sqlite3.node');
}

const TRIAL = `
const Database = require(process.argv[1]);
const open = () => new Database(':memory:', { nativeBinding: process.argv[2] });
for (let round = 0; round < 20; round += 1) {
  const database = open();
  database.exec('create table t (a, b)');
  for (let row = 0; row < 50; row += 1) database.prepare('insert into t values (?, ?)').run(row, 'text');
  for (const row of database.prepare('select * from t').iterate()) if (row.a > 3) break;
  gc();
}
if (open().prepare('select ? as echo').get('x').echo !== 'x') process.exit(1);
`;

/** Opens, uses and forgets databases in the runtime that will use the binding. @param {string} executable @param {string} file */
async function tryIn(executable, file) {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  await run(executable, ['--expose-gc', '-e', TRIAL, library, file], { env });
}
