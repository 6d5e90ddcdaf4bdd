// The application as a shop gets it: packaged, started by an ordinary user, in Chromium's sandbox. Nothing can look inside.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { receiptCode } from '../../protocol/record.ts';
import demo from '../../server/modules/configuration/demo.json' with { type: 'json' };
import { countRecords, readKioskDatabase } from './support/kiosk-file.ts';
import { until } from './support/kiosk-screen.ts';
import { sandboxObstacle } from './support/ordinary-user.ts';
import { PackagedKiosk, packageIntoDist } from './support/packaged-kiosk.ts';
import { recordsOf, Shop } from './support/shop.ts';

test.skip(process.platform !== 'linux', 'Only Linux has screens and users that a test can make for itself.');

let shop: Shop;
let kiosk: PackagedKiosk;

test.beforeAll(() => {
  test.setTimeout(180_000);
  packageIntoDist();
});

test.beforeEach(async () => {
  shop = new Shop();
  kiosk = new PackagedKiosk();
  await kiosk.install();
  const obstacle = sandboxObstacle(kiosk.user);
  test.skip(obstacle !== undefined, obstacle);
});

test.afterEach(async ({ browserName: _ }, testInfo) => {
  try {
    if (testInfo.status === testInfo.expectedStatus) return;
    for (const path of kiosk.evidence()) await testInfo.attach(basename(path), { path });
  } finally {
    await kiosk.end().finally(() => shop.end());
  }
});

/** Half of the first screen is a panel in the brand's colour; no other screen has much of it. */
const onFirstScreen = () => kiosk.screen.share(demo.brand.accent) > 0.2;

test('captures a number in the packaged application', async () => {
  await shop.openServer();
  await shop.provisionKiosk(kiosk.data);
  kiosk.giveHomeToUser();
  kiosk.start();
  await until('the first screen', onFirstScreen);
  // Nothing is left of the bare screen under it.
  expect(kiosk.screen.share('#000000')).toBeLessThan(0.01);
  await shop.closeServer();

  const { screen } = kiosk;
  // One key twice, then 300 ms without any: keys work from then on. The dots of this screen never stand still, so the note that
  // says so cannot be waited for.
  screen.keys('F8', 'F8');
  await delay(1_000);
  screen.keys('Tab', 'Return');
  await until('the end of the first screen', () => !onFirstScreen());
  await screen.press(...'07400123456');
  await screen.press('Return');
  // The first box.
  await screen.press('Tab');
  await screen.press('space');
  // Second and third box, show the number, correct it, privacy notice, without a number, save.
  await screen.press(...new Array<string>(7).fill('Tab'));
  expect(countRecords(kiosk.data)).toBe(0);
  await screen.press('Return');
  await until('the record', () => countRecords(kiosk.data) > 0);
  expectSandbox();
  await kiosk.kill();
  const receipt = receiptOnKiosk();

  kiosk.start();
  await until('the first screen', onFirstScreen);
  const server = await shop.openServer();
  await expect.poll(() => recordsOf(server, '+447400123456'), { timeout: 25_000 }).toHaveLength(1);
  const [record] = await recordsOf(server, '+447400123456');
  expect(record).toMatchObject({ receiptCode: receipt, state: 'opened', language: 'en' });
  expect(record?.choices.filter(({ answer }) => answer === 'granted')).toHaveLength(1);
  expect(countRecords(kiosk.data)).toBe(1);
});

function receiptOnKiosk(): string {
  const header = readKioskDatabase(kiosk.data, (database) =>
    database.prepare<[], string>('SELECT header FROM records').pluck().get(),
  );
  return receiptCode((JSON.parse(header ?? '{}') as { recordId: string }).recordId);
}

function expectSandbox(): void {
  const processes = kiosk.processes();
  const renderers = processes.filter(({ command }) => command.includes('--type=renderer'));
  expect(renderers.length).toBeGreaterThan(0);
  for (const { seccomp, namespaces } of renderers) {
    expect(seccomp).toBe(2);
    expect(namespaces).toBeGreaterThan(1);
  }
  for (const { uid, command } of processes) {
    expect(uid).toBe(kiosk.user.uid);
    expect(uid).not.toBe(0);
    expect(command.filter((argument) => /^--(no-sandbox|disable-.*sandbox)/.test(argument))).toEqual([]);
  }
}

/** What electron-builder's hook has to have burnt into the executable. */
const fuses = {
  RunAsNode: FuseState.DISABLE,
  EnableCookieEncryption: FuseState.ENABLE,
  EnableNodeOptionsEnvironmentVariable: FuseState.DISABLE,
  EnableNodeCliInspectArguments: FuseState.DISABLE,
  EnableEmbeddedAsarIntegrityValidation: FuseState.ENABLE,
  OnlyLoadAppFromAsar: FuseState.ENABLE,
  LoadBrowserProcessSpecificV8Snapshot: FuseState.DISABLE,
  GrantFileProtocolExtraPrivileges: FuseState.DISABLE,
} as const satisfies Partial<Record<keyof typeof FuseV1Options, FuseState>>;

const refused = [
  '--inspect',
  '--inspect-brk=0',
  '-inspect',
  '--remote-debugging-port=0',
  '--remote-debugging-pipe',
  '--no-sandbox',
  '--disable-seccomp-filter-sandbox',
  '--disable-namespace-sandbox',
  '--no-zygote',
  '--single-process',
  '--renderer-cmd-prefix=/usr/bin/env',
];

test('the packaged application has its fuses set and refuses debuggers', async () => {
  const wire = await getCurrentFuseWire(kiosk.executable);
  const set = Object.keys(fuses).map((name) => [name, wire[FuseV1Options[name as keyof typeof fuses]]]);
  expect.soft(Object.fromEntries(set)).toEqual(fuses);

  for (const argument of refused) {
    const { end, output, ports } = await kiosk.startToEnd([argument]);
    // Without the sandbox's helper, Chromium itself aborts at some of them.
    expect.soft([1, 'SIGTRAP', 'SIGABRT'], argument).toContain(end);
    expect.soft(ports, argument).toEqual([]);
    expect.soft(output, argument).not.toContain('listening on');
  }

  const script = "console.log('here is Node')";
  // For Node what follows is the script's; the application sees a switch that it refuses, and ends.
  const asNode = await kiosk.startToEnd(['-e', script, '--', '--no-sandbox'], { ELECTRON_RUN_AS_NODE: '1' });
  expect.soft(asNode.end).toBe(1);
  expect.soft(asNode.output).not.toContain('here is Node');

  const required = join(kiosk.folder, 'required.cjs');
  writeFileSync(required, script);
  const withOptions = await kiosk.startToEnd(['--no-sandbox'], { NODE_OPTIONS: `--require=${required}` });
  expect.soft(withOptions.output).not.toContain('here is Node');
  // With the fuse left as it is, Electron reads the variable and then warns.
  expect.soft(withOptions.output).not.toContain('NODE_OPTION');

  const resources = join(kiosk.application, 'resources');
  expect
    .soft(readdirSync(resources).filter((name) => name.startsWith('app')))
    .toEqual(['app.asar', 'app.asar.unpacked']);
  renameSync(join(resources, 'app.asar'), join(resources, 'away'));
  mkdirSync(join(resources, 'app'));
  writeFileSync(join(resources, 'app', 'package.json'), '{ "main": "main.js" }');
  writeFileSync(join(resources, 'app', 'main.js'), `${script}; process.exit(0);`);
  const intruder = await kiosk.startToEnd([]);
  expect.soft(intruder.end).not.toBe(0);
  expect.soft(intruder.output).not.toContain('here is Node');
  rmSync(join(resources, 'app'), { recursive: true });
  renameSync(join(resources, 'away'), join(resources, 'app.asar'));

  // None of those came as far as this start does.
  expect(existsSync(kiosk.log)).toBe(false);
  kiosk.start();
  await until('an ordinary start', () => existsSync(kiosk.log));
});
