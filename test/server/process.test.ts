import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile } from './test-server.ts';

/** The real program with its embedded database, as a shop would start it. */
let data: string;
let running: ChildProcess[] = [];

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'countersign-server-'));
});
afterEach(async () => {
  await Promise.all(running.map((child) => stop(child, 'SIGTERM')));
  running = [];
  // A database whose server was killed is still running: a last start takes it over and stops it.
  if (existsSync(join(data, 'postgres', 'postmaster.pid'))) await stop((await start()).child, 'SIGTERM');
  rmSync(data, { recursive: true, force: true });
});

interface Started {
  child: ChildProcess;
  url: string;
  output: () => string;
}

/** Resolves when it listens or has ended. */
async function start(environment: NodeJS.ProcessEnv = {}, args: string[] = []): Promise<Started> {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../server/main.ts'), ...args], {
    env: { ...inherited, COUNTERSIGN_SERVER_DATA: data, COUNTERSIGN_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += String(chunk);
    });
  }
  const listens = /^Countersign server listens on (\S+)$/m;
  await new Promise<void>((resolve) => {
    child.stdout?.on('data', () => listens.test(output) && resolve());
    child.once('close', () => resolve());
  });
  return { child, url: listens.exec(output)?.[1] ?? '', output: () => output };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return await gone;
}

const token = (): string => readFileSync(join(data, 'admin-token'), 'utf8').trim();

async function headOffice(url: string, path: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${token()}`, 'content-type': 'application/json' };
  return await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function enrol(url: string): Promise<SimulatedKiosk> {
  const answer = await headOffice(url, '/v1/enrolment-codes', { storeId: 'oak-street' });
  return await SimulatedKiosk.enrol(url, ((await answer.json()) as { code: string }).code);
}

async function found(url: string, number: string): Promise<number> {
  // What a killed server had in hand is taken over after ten seconds without a sign of life.
  for (let attempt = 0; attempt < 600; attempt++) {
    const answer = await headOffice(url, '/v1/subjects/lookup', { number });
    const { records } = (await answer.json()) as { records: unknown[] };
    if (records.length > 0) return records.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return 0;
}

test('stopped, killed and started again on the same folder, it still knows everything', async () => {
  const first = await start();
  const kiosk = await enrol(first.url);
  const records = await kiosk.records([1, 2, 3].map(mobile));
  await kiosk.deliver(records.slice(0, 1));
  expect(await found(first.url, mobile(1))).toBe(1);
  expect(statSync(join(data, 'admin-token')).mode & 0o777).toBe(0o600);
  expect(first.output()).not.toContain(token());
  expect(await stop(first.child, 'SIGTERM')).toBe(0);
  expect(existsSync(join(data, 'postgres', 'postmaster.pid'))).toBe(false);

  const second = await start();
  Object.assign(kiosk, { url: second.url });
  expect((await kiosk.deliver(records.slice(0, 2))).answers.map(({ outcome }) => outcome)).toEqual([
    'duplicate',
    'countersigned',
  ]);
  await stop(second.child, 'SIGKILL');
  expect(existsSync(join(data, 'postgres', 'postmaster.pid'))).toBe(true);

  const third = await start({}, ['--restored']);
  Object.assign(kiosk, { url: third.url });
  const answer = await kiosk.deliver(records);
  expect(answer.answers.map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate', 'countersigned']);
  expect(answer.countersignatures.at(-1)?.epoch).not.toBe(kiosk.enrolment.epoch);
  expect(await found(third.url, mobile(2))).toBe(1);

  const intruder = await start();
  expect(intruder.output()).toContain('data_folder_in_use');
  expect((await fetch(`${third.url}/health`)).status).toBe(200);
}, 60_000);

test('a killed database is started again, and until then the answer is 503', async () => {
  const { url, child } = await start();
  const kiosk = await enrol(url);
  const pid = Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  process.kill(pid, 'SIGKILL');
  let answer = await fetch(`${url}/health`);
  // Looked up once a second.
  for (let attempt = 0; answer.status === 200 && attempt < 300; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    answer = await fetch(`${url}/health`);
  }
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, 'not_ready']);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  const refused = await kiosk.sendWire([]).catch(() => ({ status: 0 }));
  expect(refused.status).toBe(503);
  const record = await kiosk.records([mobile(9)]);
  let delivered = await kiosk.deliver(record).catch(() => null);
  for (let attempt = 0; delivered === null && attempt < 100; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    delivered = await kiosk.deliver(record).catch(() => null);
  }
  expect(delivered?.answers[0]?.outcome).toBe('countersigned');
  expect(await stop(child, 'SIGTERM')).toBe(0);
}, 60_000);

test('without its key file it does not start, and makes no other', async () => {
  const first = await start();
  await enrol(first.url);
  await stop(first.child, 'SIGINT');
  renameSync(join(data, 'keys.json'), join(data, 'elsewhere'));
  const second = await start();
  expect(second.child.exitCode).toBe(1);
  expect(second.output()).toMatch(/did not start \(keys_missing\)/);
  expect(existsSync(join(data, 'keys.json'))).toBe(false);
  const third = await start({ COUNTERSIGN_KEY_FILE: join(data, 'elsewhere') });
  expect(third.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
}, 60_000);

test.each([
  [{ COUNTERSIGN_CONFIGURATION: '/nowhere/shop.json' }, 'configuration_missing'],
  [{ DATABASE_URL: 'postgres://user:hush@127.0.0.1:1/db' }, 'database_unreachable'],
])(
  'what is wrong is said, without passwords: %j: %s',
  async (environment, code) => {
    const { child, output } = await start(environment);
    expect(child.exitCode).toBe(1);
    expect(output()).toContain(`did not start (${code})`);
    expect(output()).not.toContain('hush');
    expect(existsSync(join(data, 'postgres'))).toBe(false);
  },
  20_000,
);
