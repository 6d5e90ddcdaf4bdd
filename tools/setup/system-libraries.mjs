// @ts-check
// Debian packages that Electron and the tests stand on. Looked for by file, not by asking apt, so that it costs milliseconds.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './processes.mjs';
import { SetupError, withProgress } from './progress.mjs';

/** `packages`: names for the same thing, newest Debian or Ubuntu first.
 * @typedef {{ packages: readonly [string, ...string[]], present: () => boolean }} Requirement */

/** @type {Set<string> | undefined} */
let sonames;

/** @param {string} soname */
function hasLibrary(soname) {
  sonames ??= new Set(
    ldconfig()
      .match(/^\s+\S+/gm)
      ?.map((name) => name.trim()),
  );
  return sonames.has(soname);
}

function ldconfig() {
  const program = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find((file) => existsSync(file));
  return program ? execFileSync(program, ['-p'], { encoding: 'utf8', maxBuffer: 2 ** 24 }) : '';
}

/** @param {string} name */
function hasProgram(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}

function hasFont() {
  return ['/usr/share/fonts', '/usr/local/share/fonts'].some(
    (folder) =>
      existsSync(folder) &&
      readdirSync(folder, { recursive: true }).some((name) => /\.(ttf|otf|ttc)$/.test(String(name))),
  );
}

/** @param {string} soname @param {[string, ...string[]]} packages @returns {Requirement} */
const library = (soname, ...packages) => ({ packages, present: () => hasLibrary(soname) });
/** @param {string} name @param {string} [package_] @returns {Requirement} */
const program = (name, package_ = name) => ({ packages: [package_], present: () => hasProgram(name) });

/** @type {Readonly<Record<string, readonly Requirement[]>>} */
const REQUIREMENTS = {
  electron: [
    library('libgtk-3.so.0', 'libgtk-3-0t64', 'libgtk-3-0'),
    library('libnss3.so', 'libnss3'),
    library('libasound.so.2', 'libasound2t64', 'libasound2'),
    library('libgbm.so.1', 'libgbm1'),
    library('libXss.so.1', 'libxss1'),
    library('libXtst.so.6', 'libxtst6t64', 'libxtst6'),
    library('libatspi.so.0', 'libatspi2.0-0t64', 'libatspi2.0-0'),
    { packages: ['fonts-dejavu-core'], present: hasFont },
  ],
  display: [
    {
      packages: ['xvfb'],
      present: () => Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY) || hasProgram('Xvfb'),
    },
  ],
  // Xvfb also where there is a display: a test has a screen of its own. curl: the README's own commands are tried.
  'test-tools': [program('xdotool'), program('Xvfb', 'xvfb'), program('curl')],
  postgresql: [{ packages: ['postgresql'], present: () => existsSync('/usr/lib/postgresql') }],
  unzip: [program('unzip')],
  compiler: [program('g++')],
  'bare-debian': [program('git'), { packages: ['debootstrap'], present: () => existsSync('/usr/sbin/debootstrap') }],
};

/** @param {readonly Requirement[]} requirements */
const missing = (requirements) => requirements.filter(({ present }) => !present());

/** Of several names of a package, the one that this system's apt knows. @param {Requirement} requirement */
function packageName({ packages }) {
  const known = packages.find((name) => spawnSync('apt-cache', ['show', name], { stdio: 'ignore' }).status === 0);
  return known ?? packages.at(-1) ?? packages[0];
}

const INSTALL = 'apt-get install -y --no-install-recommends';

/** Installs what is missing for these needs, or stops and says how to.  @param {readonly string[]} needs */
export async function ensureLibraries(needs) {
  if (process.platform !== 'linux') return;
  const lacking = missing(needs.flatMap((need) => REQUIREMENTS[need] ?? []));
  if (lacking.length === 0) return;
  if (!hasProgram('apt-get')) {
    const names = lacking.map(({ packages }) => packages.at(-1)).join(' ');
    throw new SetupError(`This system lacks what Debian calls: ${names}\nInstall it and try again.`);
  }
  if (process.getuid?.() !== 0) {
    const names = lacking.map(packageName).join(' ');
    throw new SetupError(
      `Some system packages are missing. Install them, then try again:\n\n  sudo apt-get update && sudo ${INSTALL} ${names}`,
    );
  }
  await withProgress('Installing system packages (apt-get)', () => install(lacking));
  const still = missing(lacking).map(({ packages }) => packages.join(' or '));
  if (still.length > 0) throw new SetupError(`These packages did not bring what is needed: ${still.join(', ')}`);
}

/** @param {readonly Requirement[]} lacking */
async function install(lacking) {
  // dpkg wants the folders of programs for root, which who became root by `su` does not have. A machine that has just been
  // set up is often busy with its own updates: they are waited for.
  const path = [process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin'].join(delimiter);
  const env = { ...process.env, PATH: path, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update'], { env });
  const [program = '', ...args] = INSTALL.split(' ');
  await run(program, [...args, '-o', 'DPkg::Lock::Timeout=300', ...lacking.map(packageName)], { env });
  sonames = undefined;
}
