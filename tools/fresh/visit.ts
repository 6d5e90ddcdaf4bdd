// The two commands of the README on machines that have nothing but Debian, Node and npm.
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { say, withProgress } from '../setup/progress.mjs';
import { BareDebian } from './bare-debian.ts';
import { openWorkshop } from './staging-folder.ts';
import { debianRelease, debianSources, fetchNpm, giveAptSettings, giveNode, projectFiles } from './this-machine.ts';

/** The other one of the two npm that have to do; the machine's own is the other. */
const otherNpm = '10.9.9';

/** Of the unit tests those that stand on what a machine has. */
const shortTests = 'npm test -- --only=unit tools/ server/embedded server/process electron/database';

/** Settings in a user's npmrc that must make no difference. */
const awkwardNpmrc = 'omit=dev\nignore-scripts=false\npackage-lock=false\nengine-strict=true\nnodedir=/nowhere\n';

interface Visit {
  system: BareDebian;
  user: string;
  home: string;
  project: string;
}

function settle(system: BareDebian, files: readonly string[], user: string, home: string): Visit {
  const project = join(home, 'a shop’s folder', 'countersign');
  for (const file of files) {
    const target = join(system.folder, project, file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, file), target, { verbatimSymlinks: true });
  }
  return { system, user, home, project };
}

function command({ system, user, project }: Visit, text: string) {
  say(`\n${user}$ ${text}`);
  return system.runAs(user, `cd '${project}' && ${text}`, (line) => say(`  ${user} | ${line}`));
}

async function mustDo(visit: Visit, text: string): Promise<void> {
  const { code } = await command(visit, text);
  if (code !== 0) throw new Error(`${text} as ${visit.user} ended with ${code}`);
}

async function mustShowDemo(visit: Visit): Promise<void> {
  await mustDo(visit, 'npm run demo');
  const output = join(visit.system.folder, visit.project, 'demo-output');
  for (const name of ['index.html', 'sealed-row.json', 'server-record.json']) {
    if (!existsSync(join(output, name))) throw new Error(`npm run demo as ${visit.user} left no ${name}`);
  }
}

/** Root installs by itself what is missing. */
async function asRoot(system: BareDebian, files: readonly string[]): Promise<void> {
  const visit = settle(system, files, 'root', '/root');
  await mustDo(visit, 'node --version && npm --version');
  // Debian's root has its home to itself.
  await mustDo(visit, 'test "$(stat -c %a /root)" = 700');
  await mustShowDemo(visit);
  await mustDo(visit, shortTests);
}

/** Somebody else is told what to install, once; root installs exactly that. */
async function asOrdinaryUser(system: BareDebian, files: readonly string[], workshop: string): Promise<void> {
  await mustDo({ system, user: 'root', home: '/root', project: '/' }, 'useradd --create-home --shell /bin/bash anna');
  const visit = settle(system, files, 'anna', '/home/anna');
  const npm = join(system.folder, 'usr/local/lib/node_modules/npm');
  rmSync(npm, { recursive: true });
  cpSync(fetchNpm(otherNpm, workshop), npm, { recursive: true });
  writeFileSync(join(system.folder, visit.home, '.npmrc'), awkwardNpmrc);
  await mustDo({ ...visit, user: 'root' }, `chown -R anna:anna ${visit.home}`);

  const { code, output } = await command(visit, 'npm run demo');
  const printed = output.match(/^ +sudo .*$/gm) ?? [];
  if (code === 0 || printed.length !== 1) {
    throw new Error(
      `npm run demo as anna was to stop and print one command; it ended with ${code} and printed ${printed.length}`,
    );
  }
  // A bare Debian has no sudo; root needs none.
  writeFileSync(join(system.folder, '/usr/local/sbin/sudo'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
  const installation = String(printed[0]).trim();
  const installed = await withProgress(`root$ ${installation}`, () =>
    system.runAs('root', installation, () => undefined),
  );
  if (installed.code !== 0) throw new Error(`the printed command ended with ${installed.code}:\n${installed.output}`);
  await mustShowDemo(visit);
}

/** @throws Error with what did not work on a fresh machine. */
async function visitBoth(workshop: string, end: AbortSignal): Promise<void> {
  const mirror = debianSources()[0]?.uri ?? '';
  const bare = await withProgress('Making a bare Debian (debootstrap)', () =>
    BareDebian.make(join(workshop, 'for-root'), debianRelease(), mirror, end),
  );
  giveAptSettings(bare.folder);
  giveNode(bare.folder);
  const another = await bare.copyTo(join(workshop, 'for-a-user'));
  const files = projectFiles(workshop);
  await asRoot(bare, files);
  await asOrdinaryUser(another, files, workshop);
}

/** Builds, tries, takes away, and says how it went. @returns whether everything works */
export async function visitFreshMachines(): Promise<boolean> {
  const started = Date.now();
  const workshop = await openWorkshop();
  const interruption = new AbortController();
  const interrupt = (signal: string) => interruption.abort(new Error(`interrupted by ${signal}`));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt);
  const problem = await visitBoth(workshop.folder, interruption.signal).then(
    () => undefined,
    (error: unknown) => (interruption.signal.aborted ? interruption.signal.reason : error),
  );
  await workshop.remove();
  if (problem === undefined) {
    console.log(`\nFresh machine: everything works (${Math.round((Date.now() - started) / 1000)} s)`);
  } else {
    console.log(`\nFresh machine: FAILED: ${problem instanceof Error ? problem.message : problem}`);
  }
  return problem === undefined;
}
