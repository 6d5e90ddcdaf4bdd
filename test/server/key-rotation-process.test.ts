import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LocalServer, startServer } from '../../tools/local/server-process.ts';
import { root } from '../../tools/setup/paths.mjs';
import { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { createDatabase, type TestDatabase } from './database.ts';
import { mobile } from './test-server.ts';

/** Real server processes on one database and one key file, and the real command. */
let folder: string;
let database: TestDatabase;
let servers: LocalServer[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-rotation-'));
  database = await createDatabase();
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const settings = () => ({
  DATABASE_URL: database.url,
  COUNTERSIGN_KEY_FILE: join(folder, 'keys.json'),
  COUNTERSIGN_JOURNAL: join(folder, 'journal'),
  COUNTERSIGN_ADMIN_TOKEN: 'an-administrators-token-for-tests',
});

async function start(name: string): Promise<LocalServer> {
  process.env.COUNTERSIGN_ADMIN_TOKEN = settings().COUNTERSIGN_ADMIN_TOKEN;
  const server = await startServer(join(folder, name), 0, settings());
  servers.push(server);
  return server;
}

/** `npm run keys -- ...`, about this server. */
function keysCommand(server: LocalServer, ...args: string[]): Promise<{ code: number; output: string }> {
  const env = { ...process.env, ...settings(), COUNTERSIGN_SERVER_URL: server.url };
  return new Promise((resolve) => {
    const command = join(root, 'tools/commands/keys.ts');
    execFile(process.execPath, [command, ...args], { env, cwd: root }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : 1, output: stdout + stderr }),
    );
  });
}

const count = async (what: string) => Number((await database.query(`select count(*) as n from ${what}`)).rows[0].n);
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(20);
}

interface Found {
  records: { type: string; state: string }[];
}
const lookUp = async (server: LocalServer, number: string) =>
  ((await server.askAsHeadOffice('POST', '/v1/subjects/lookup', { number })) as Found).records;

/** Whoever moves a number with an index behind the middle waits, until the answer is called. */
async function holdInTheMiddle(): Promise<() => Promise<void>> {
  await database.query(`create function hold() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock_shared(77); return old; end $$`);
  await database.query(`create trigger hold before delete on subject_numbers for each row
    when (old.blind_index > 'V') execute function hold()`);
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  await holder.query('select pg_advisory_lock(77)');
  return async () => await holder.end();
}

test('kept 11: a server is killed in the middle of a rotation; another one takes records in and finds everybody meanwhile, and the command goes on where it ended', {
  timeout: 240_000,
}, async () => {
  const [killed, other] = [await start('a'), await start('b')];
  const kiosk = await SimulatedKiosk.enrol(other.url, await other.createEnrolmentCode('oak-street'));
  const range = (from: number, many: number) => Array.from({ length: many }, (_, at) => mobile(from + at));
  const deliver = async (numbers: string[]) => await kiosk.deliver(await kiosk.records(numbers));
  const stop = async (number: string) =>
    await kiosk.deliver([await kiosk.record(kiosk.withdrawal(number), { type: 'withdrawn' })]);
  const opened = () => until(async () => (await count('unopened_records')) === 0);
  for (const from of [0, 300]) await deliver(range(from, 300));
  await stop(mobile(0));
  await opened();
  const old = (await database.query(`select key_id from installation_keys where key_use = 'master'`)).rows[0].key_id;
  const moved = () => count(`subject_numbers where key_id <> '${old}'`);

  const release = await holdInTheMiddle();
  const first = keysCommand(killed, 'rotate');
  await until(async () => (await count(`pg_locks where locktype = 'advisory' and not granted and objid = 77`)) > 0);
  const half = await moved();
  expect(half).toBeGreaterThan(50);
  expect(half).toBeLessThan(550);
  await deliver([...range(550, 50), ...range(600, 100)]);
  for (const number of [mobile(1), mobile(599), mobile(600)]) await stop(number);
  await opened();
  for (const number of range(0, 200)) expect(await lookUp(other, number), number).not.toEqual([]);
  await killed.stop('SIGKILL');
  expect((await first).code, 'the command says that its server is gone').toBe(1);
  await release();
  expect(await moved(), 'what the killed one had in hand was rolled back').toBe(half + 100);

  const second = await keysCommand(other, 'rotate');
  expect(second).toMatchObject({ code: 0, output: expect.stringContaining('Done.') });
  expect(await count(`subject_numbers where key_id = '${old}'`)).toBe(0);
  expect(await count(`subjects where key_id = '${old}'`)).toBe(0);
  expect(await count('subjects'), 'one for each number').toBe(700);
  expect(await keysCommand(other, 'remove', old)).toMatchObject({ code: 1, output: expect.stringContaining('in use') });
  await database.query('delete from enrolment_codes');
  await until(async () => (await count(`installation_keys where key_id = '${old}'`)) === 0);
  const refused = await keysCommand(other, 'remove', old);
  expect(refused, 'what was stopped under it').toMatchObject({ code: 1, output: expect.stringContaining('journal') });
  for (const file of globSync(join(folder, 'journal', '*.journal'))) rmSync(file);
  expect(await keysCommand(other, 'remove', old)).toMatchObject({ code: 0 });

  const later = await start('c');
  expect((await keysCommand(later)).output).not.toContain(old);
  const stopped = new Set([0, 1, 599, 600].map(mobile));
  for (const number of range(0, 700)) {
    const states = (await lookUp(later, number)).filter(({ type }) => type === 'given').map(({ state }) => state);
    expect(states, number).toContain(stopped.has(number) ? 'withdrawn' : 'opened');
  }
});
