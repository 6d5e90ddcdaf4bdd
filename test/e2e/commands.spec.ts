// The commands as somebody types them into a terminal: nothing here looks inside.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { freePort } from '../../server/platform/embedded-postgres/free-port.ts';
import { findRunningServer } from '../../tools/local/head-office.ts';
import { Command, survivors } from '../support/command.ts';

test.describe.configure({ timeout: 240_000 });

let folder: string;
let environment: NodeJS.ProcessEnv;
let commands: Command[] = [];

test.beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-commands-'));
  environment = {
    COUNTERSIGN_SERVER_DATA: join(folder, 'server'),
    COUNTERSIGN_KIOSK_DATA: join(folder, 'kiosk'),
    COUNTERSIGN_PORT: String(await freePort()),
    // Each brings a screen of its own, which has to end with it.
    DISPLAY: undefined,
    WAYLAND_DISPLAY: undefined,
  };
});
test.afterEach(async () => {
  for (const command of commands) command.end();
  for (const { ended } of commands) await ended;
  commands = [];
  rmSync(folder, { recursive: true, force: true });
});

function run(name: string, more: NodeJS.ProcessEnv = {}, args: string[] = []): Command {
  const command = new Command(name, { ...environment, ...more }, args);
  commands.push(command);
  return command;
}

/** When the server of this test last heard from its one kiosk. */
async function lastSeen(): Promise<string | null> {
  const server = await findRunningServer(join(folder, 'server'));
  const answer = (await server?.askAsHeadOffice('GET', '/v1/kiosks')) as { kiosks: { lastSeenAt: string | null }[] };
  return answer?.kiosks[0]?.lastSeenAt ?? null;
}

const serverPid = () => Number(readFileSync(join(folder, 'server', 'server.pid'), 'utf8'));

test('found 28: npm start goes on without its server, says how to try being offline and how to bring it back', async () => {
  const start = run('start');
  await start.says(/Countersign is ready/);
  const [, pid] = await start.says(/stop the server: kill (\d+)/);
  expect(Number(pid)).toBe(serverPid());
  process.kill(Number(pid), 'SIGTERM');
  await start.says(/The central server has stopped. The kiosk is offline and goes on/);
  const [, command = ''] = await start.says(/Bring the server back in another terminal: (.*)/);
  expect(command).toBe(`COUNTERSIGN_PORT=${environment.COUNTERSIGN_PORT} npm run server`);
  expect(start.running).toBe(true);
  const kiosk = start.member('electron --');
  const server = run('server');
  await server.says(/Ctrl-C/);
  const back = new Date().toISOString();
  await expect.poll(async () => ((await lastSeen()) ?? '') > back, { timeout: 60_000 }).toBe(true);
  process.kill(-start.pid, 'SIGINT');
  await start.says(/Stopped. Everything is kept/);
  expect(await survivors([kiosk])).toEqual([]);
  expect(server.running).toBe(true);
});

test('found 28: npm run server, then npm start: they share, and the server stays when the kiosk goes', async () => {
  const server = run('server');
  await server.says(/Ctrl-C/);
  const start = run('start');
  await start.says(/Using the central server that runs already/);
  await start.says(/Countersign is ready/);
  const again = run('start');
  await again.says(/A kiosk is open on .* already \(process \d+\)/);
  await again.ended;
  expect(again.npm.exitCode).toBe(1);
  process.kill(-start.pid, 'SIGTERM');
  await start.says(/The server goes on: it was there before/);
  await start.ended;
  expect(await lastSeen()).not.toBeNull();
  const second = run('server');
  await second.says(/data_folder_in_use/);
  await second.says(new RegExp(`http://127.0.0.1:${environment.COUNTERSIGN_PORT}`));
});

test('found 28: npm run kiosk is the kiosk alone, with folder, server, code and PIN by its settings', async () => {
  const server = run('server');
  await server.says(/Ctrl-C/);
  const office = await findRunningServer(join(folder, 'server'));
  const url = office?.url ?? '';
  const settings = {
    COUNTERSIGN_KIOSK_SERVER: url,
    COUNTERSIGN_KIOSK_CODE: await office?.createEnrolmentCode('leeds-01'),
  };
  const forgetful = run('kiosk', settings);
  await forgetful.says(/COUNTERSIGN_KIOSK_PIN is missing/);
  const kiosk = run('kiosk', { ...settings, COUNTERSIGN_KIOSK_PIN: '482913' });
  await kiosk.says(/The kiosk is open/);
  for (const said of [join(folder, 'kiosk'), 'kiosk.log', url, 'Ctrl-C']) expect(kiosk.output).toContain(said);
  await expect.poll(lastSeen, { timeout: 60_000 }).not.toBeNull();
  process.kill(kiosk.pid, 'SIGTERM');
  await kiosk.says(/Stopped/);
  const elsewhere = run('kiosk', { COUNTERSIGN_KIOSK_SERVER: 'https://elsewhere.example' });
  await elsewhere.says(/belongs to http:\/\/127\.0\.0\.1:\d+, not to https:\/\/elsewhere\.example/);
  const again = run('kiosk', { COUNTERSIGN_WINDOW: '800x480' });
  await again.says(/enrolled for store leeds-01/);
});

const endings = {
  'SIGTERM to npm alone': ({ pid }: Command) => process.kill(pid, 'SIGTERM'),
  'a closed terminal': ({ pid }: Command) => process.kill(-pid, 'SIGHUP'),
  'SIGKILL of the wrapper': (command: Command) => process.kill(command.member('with-setup'), 'SIGKILL'),
};

for (const [name, ready, ...ways] of [
  ['start', /Countersign is ready/, 'a closed terminal', 'SIGKILL of the wrapper'],
  ['kiosk', /The kiosk is open/, 'SIGTERM to npm alone', 'a closed terminal', 'SIGKILL of the wrapper'],
  ['demo', /02-number/, 'SIGKILL of the wrapper'],
] as const) {
  for (const how of ways) {
    test(`found 29: npm run ${name}, ${how}: all of it ends`, async () => {
      const command = run(name);
      await command.says(ready);
      const everything = command.family();
      expect(everything.length).toBeGreaterThan(5);
      endings[how](command);
      expect(await survivors(everything)).toEqual([]);
    });
  }
}
