// What a bare Debian needs of this machine to reach the outside world, and nothing else of it.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { npmEnvironment } from '../setup/processes.mjs';

const ask = (program: string, args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', env: npmEnvironment(), cwd: '/', maxBuffer: 2 ** 26 }).trim();

/** The machine's own programs: those of the project's node_modules are what set-up brings. */
function programFile(name: string): string {
  const folders = (npmEnvironment().PATH ?? '').split(delimiter);
  const file = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) throw new Error(`This machine has no ${name} of its own.`);
  return realpathSync(file);
}

export interface Source {
  uri: string;
  release: string;
  component: string;
}

/** Where this machine's apt gets this Debian from. It knows whose a source is once it has fetched the lists. */
export function debianSources(): Source[] {
  if (knownSources().length === 0) ask('apt-get', ['update']);
  const sources = knownSources();
  if (sources.length === 0) throw new Error('apt on this machine knows no source of Debian.');
  return sources;
}

function knownSources(): Source[] {
  const format = ['--format', '$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)', 'Created-By: Packages'];
  const lines = new Set(ask('apt-get', ['indextargets', ...format]).split('\n'));
  return [...lines].flatMap((line) => {
    const [origin, uri, release, component] = line.split('|');
    if (origin !== 'Debian' || !uri || !release || !component) return [];
    return [{ uri, release, component }];
  });
}

export function debianRelease(): string {
  const facts = readFileSync('/etc/os-release', 'utf8');
  const release = /^VERSION_CODENAME=(\w+)$/m.exec(facts)?.[1];
  if (!/^ID=debian$/m.test(facts) || release === undefined) throw new Error('This machine is no Debian.');
  return release;
}

function write(system: string, path: string, content: string): void {
  mkdirSync(join(system, dirname(path)), { recursive: true });
  writeFileSync(join(system, path), content);
}

/** How this machine reaches Debian's packages: sources, proxies, patience. A system that is thrown away need not wait for the disk. */
export function giveAptSettings(system: string): void {
  const lines = debianSources().map(({ uri, release, component }) => `deb ${uri} ${release} ${component}\n`);
  write(system, '/etc/apt/sources.list', lines.join(''));
  write(system, '/etc/apt/apt.conf.d/99-of-this-machine', `${ask('apt-config', ['dump', 'Acquire'])}\n`);
  write(system, '/etc/dpkg/dpkg.cfg.d/99-throw-away', 'force-unsafe-io\n');
}

/** Node and npm as somebody unpacks them into /usr/local, and how npm reaches its registry. */
export function giveNode(system: string): void {
  const local = join(system, 'usr', 'local');
  const npm = dirname(dirname(programFile('npm')));
  cpSync(programFile('node'), join(local, 'bin', 'node'));
  cpSync(npm, join(local, 'lib', 'node_modules', 'npm'), { recursive: true });
  for (const name of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
  }
  const settings = ask('npm', ['config', 'get', 'globalconfig']);
  if (existsSync(settings)) write(system, '/usr/local/etc/npmrc', readFileSync(settings, 'utf8'));
  const authorities = ask('npm', ['config', 'get', 'cafile']);
  if (existsSync(authorities)) write(system, authorities, readFileSync(authorities, 'utf8'));
}

/** Fetches npm in another version, to be given to a system beside the one it has. @returns its folder */
export function fetchNpm(version: string, workshop: string): string {
  ask('npm', ['pack', `npm@${version}`, '--pack-destination', workshop]);
  ask('tar', ['-xzf', join(workshop, `npm-${version}.tgz`), '-C', workshop]);
  return join(workshop, 'package');
}

/**
 * The project as it lies here, what is not committed included; what git ignores is what set-up makes. Asked with an empty
 * repository beside it, so that neither a missing .git nor somebody else's matters.
 */
export function projectFiles(workshop: string): string[] {
  const repository = join(workshop, 'empty.git');
  ask('git', ['init', '--quiet', '--bare', repository]);
  const git = [`--git-dir=${repository}`, `--work-tree=${root}`, '-C', root];
  const list = ask('git', [...git, 'ls-files', '-z', '--others', '--exclude-standard']);
  return list.split('\0').filter((file) => file !== '');
}
