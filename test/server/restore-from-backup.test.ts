import { execFile } from 'node:child_process';
import { createPublicKey, randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { toText } from '../../protocol/bytes.ts';
import { countersignatureHash } from '../../protocol/countersignature.ts';
import type { SealedRecord } from '../../protocol/record.ts';
import { readEpoch } from '../../server/platform/database/installation.ts';
import { hashToken } from '../../server/platform/keys/tokens.ts';
import { type Countersignature, heartbeatAnswerSchema } from '../../shared/contracts/wire.ts';
import { SystemPostgres, systemPrograms } from '../../tools/testing/system-postgres.ts';
import { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { createDatabase } from './database.ts';
import { mobile, type ServerHome, serverUrl, startTestServer, type TestServer } from './test-server.ts';

/** A real backup, taken by pg_dump while the server runs, and put back by pg_restore into another database. */
const programs = systemPrograms();
const reason = "needs Debian's PostgreSQL, whose pg_dump and server are of one version: apt-get install -y postgresql";
const restored = (name: string, run: () => Promise<void>) =>
  test.skipIf(programs === null)(programs === null ? `${name} (not run: ${reason})` : name, run, 60_000);
const execute = promisify(execFile);

let postgres: SystemPostgres | null = null;
let home: ServerHome;
let server: TestServer;
/** What each kiosk made, and would send again. */
let made: Map<SimulatedKiosk, SealedRecord[]>;

beforeAll(async () => {
  if (programs !== null) postgres = await SystemPostgres.create();
}, 60_000);
afterAll(async () => await postgres?.stop());

beforeEach(async () => {
  if (programs === null) return;
  home = { database: await createDatabase(postgres?.url), folder: mkdtempSync(join(tmpdir(), 'countersign-home-')) };
  made = new Map();
  await start();
});
afterEach(async () => {
  if (programs === null) return;
  await server.close();
  await home.database.drop();
  rmSync(home.folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  server = await startTestServer({ home, publicUrl: 'http://countersign.test' });
}

const backup = () =>
  execute(join(programs ?? '', 'pg_dump'), ['--format=custom', `--file=${home.folder}/dump`, home.database.url]);

/** The database is lost, and so is every server's memory. */
async function restore(): Promise<void> {
  await server.close();
  await home.database.drop();
  home = { ...home, database: await createDatabase(postgres?.url) };
  const into = `--dbname=${home.database.url}`;
  await execute(join(programs ?? '', 'pg_restore'), ['--no-owner', '--exit-on-error', into, `${home.folder}/dump`]);
  await start();
}

async function enrol(): Promise<SimulatedKiosk> {
  // Whichever server is there when it sends something.
  const kiosk = await SimulatedKiosk.enrol(serverUrl, await server.createCode(), (exchange) => server.send(exchange));
  made.set(kiosk, []);
  return kiosk;
}

async function deliver(kiosk: SimulatedKiosk, record: SealedRecord): Promise<void> {
  made.get(kiosk)?.push(record);
  await kiosk.deliver([record]);
  await server.openingWorker.settled();
}

const callsOnly = { choices: [{ purpose: 'loyalty', channel: 'call', answer: 'granted', inputModality: 'touch' }] };

/** In force from the moment it is here: calls need no confirmation by the demo's rules. @returns the tokens of receipt and text. */
async function agree(kiosk: SimulatedKiosk, number: string, change: object = callsOnly) {
  const body = { ...kiosk.body(number), ...change };
  await deliver(kiosk, await kiosk.record(body));
  const link = toText(randomBytes(16));
  await server.database.query('update verifications set link_hash = $1 where chain_hash = $2', [
    hashToken(link),
    kiosk.previousChainHash,
  ]);
  return { receipt: body.manageToken, link };
}

async function press(token: string, what: 'withdraw' | 'confirm'): Promise<void> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const reply = await server.app.inject({ method: 'POST', url: `/m/${token}/${what}`, headers, payload: '' });
  expect(reply.statusCode).toBe(303);
}

const records = async (number: string) =>
  (await server.admin('POST', '/v1/subjects/lookup', { number })).json as {
    records: { state: string; verification: string | null }[];
  };
const states = async (number: string) => (await records(number)).records.map(({ state }) => state);
const inForce = async (number: string) =>
  (await records(number)).records.some(({ state, verification }) => state === 'opened' && verification !== 'pending');
const erase = (number: string) => server.admin('POST', '/v1/subjects/erasure', { number });
const revokedAt = async (kiosk: SimulatedKiosk) => {
  const { kiosks } = (await server.admin('GET', '/v1/kiosks')).json as { kiosks: { id: string; revokedAt: string }[] };
  return kiosks.find(({ id }) => id === kiosk.id)?.revokedAt;
};
const journalState = async () => (await server.app.inject('/health')).json().journal;

/** Asks as an idle kiosk does; what it gets is named by the next record. */
async function poll(kiosk: SimulatedKiosk, shown: object | null = null) {
  const body = Buffer.from(JSON.stringify({ countersignature: shown }));
  const reply = await kiosk.request('POST', '/v1/heartbeats', body);
  return heartbeatAnswerSchema.parse(JSON.parse(reply.text)).countersignature;
}

async function askToBeKnownAgain(kiosk: SimulatedKiosk): Promise<number> {
  const { x: devicePublicKey } = createPublicKey(kiosk.privateKey).export({ format: 'jwk' });
  const { storeId, countersignature: enrolment } = kiosk.enrolment;
  const readoption = { devicePublicKey, applicationVersion: '1', storeId, enrolment, countersignature: null };
  return (await kiosk.request('POST', '/v1/readoptions', Buffer.from(JSON.stringify(readoption)))).status;
}

/** @param named the countersignatures of polls that its records name; a kiosk sends them along. */
async function sendAllAgain(kiosk: SimulatedKiosk, named: Countersignature[] = []): Promise<void> {
  await kiosk.deliver(made.get(kiosk) ?? [], named);
  await server.openingWorker.settled();
}

restored(
  'kept 12: restored by pg_restore: the journal is played back, and no stop, erasure or revocation is undone',
  async () => {
    const [till, mistaken, lost, stolen] = [await enrol(), await enrol(), await enrol(), await enrol()];
    const everybody = Array.from({ length: 10 }, (_, index) => mobile(index));
    const [stops, stopsReceipt, erased, stopsAtLost, agreesAgain] = everybody as [
      string,
      string,
      string,
      string,
      string,
    ];
    const [newStops, newReceipt, newErased, newcomer, untouched] = everybody.slice(5) as [
      string,
      string,
      string,
      string,
      string,
    ];
    const tokens = new Map<string, { receipt: string; link: string }>();
    for (const number of [stops, stopsReceipt, erased, stopsAtLost, agreesAgain, untouched]) {
      tokens.set(number, await agree(till, number));
    }
    const of = (number: string) => tokens.get(number) ?? { receipt: '', link: '' };
    await server.admin('POST', `/v1/kiosks/${mistaken.id}/revoke`);
    await backup();

    for (const number of [newStops, newReceipt, newErased, newcomer]) tokens.set(number, await agree(till, number));
    await agree(lost, newStops);
    await press(of(stops).link, 'withdraw');
    await press(of(newStops).link, 'withdraw');
    await press(of(stopsReceipt).receipt, 'withdraw');
    await press(of(newReceipt).receipt, 'withdraw');
    await deliver(lost, await lost.record(lost.withdrawal(stopsAtLost), { type: 'withdrawn' }));
    await press(of(agreesAgain).link, 'withdraw');
    const heard = await poll(till);
    const again = await till.record(
      { ...till.body(agreesAgain), ...callsOnly },
      { lastCountersignature: countersignatureHash(heard) },
    );
    made.get(till)?.push(again);
    await till.deliver([again], [heard]);
    await erase(erased);
    await erase(newErased);
    await server.admin('POST', `/v1/kiosks/${stolen.id}/revoke`);
    await server.admin('POST', `/v1/kiosks/${mistaken.id}/reinstatement`);
    const late = await enrol();
    await agree(late, newcomer);
    const epoch = await readEpoch(server.db);

    await restore();
    expect(await readEpoch(server.db)).not.toBe(epoch);
    const { rows: trail } = await server.database.query(
      "select action from audit_entries where principal_id = 'recovery' order by sequence",
    );
    expect(trail.map(({ action }) => action)).toEqual(['epoch.begun', 'journal.played_back']);
    const check = async () => {
      for (const number of [stops, stopsReceipt, stopsAtLost]) expect(await states(number)).toEqual(['withdrawn']);
      expect(await states(erased)).toEqual([]);
      expect(await inForce(untouched)).toBe(true);
      expect(await revokedAt(stolen)).toEqual(expect.any(String));
      expect(await revokedAt(mistaken)).toBeNull();
    };
    await check();
    expect(await states(newStops)).toEqual([]);

    // All but the one that is gone send again what they hold.
    await sendAllAgain(till, [heard]);
    await check();
    expect(await states(newStops)).toEqual(['withdrawn']);
    expect(await states(newReceipt)).toEqual(['withdrawn']);
    expect(await states(newErased)).toEqual([]);
    // What was agreed after the stop is not swallowed: it is asked about, because the counter of before the restore proves nothing.
    const { records: both } = await records(agreesAgain);
    expect(both.map(({ state, verification }) => [state, verification])).toEqual([
      ['opened', 'pending'],
      ['withdrawn', null],
    ]);
    expect(await inForce(newcomer)).toBe(true);
    const open = await server.database.query(
      `select count(*) as n from records where not exists (select from sealed_bodies
       where sealed_bodies.kiosk_id = records.kiosk_id and sealed_bodies.chain_hash = records.chain_hash)`,
    );
    expect(Number(open.rows[0].n), 'sealed bodies of the erased').toBe(2);
    await sendAllAgain(lost);
    expect(await states(newStops), 'also on another kiosk').toEqual(['withdrawn', 'withdrawn']);
    expect(await states(stopsAtLost), 'the withdrawal itself, and what it ended').toEqual(['opened', 'withdrawn']);

    expect(await askToBeKnownAgain(late)).toBe(200);
    await server.admin('POST', `/v1/kiosks/${late.id}/reinstatement`);
    await sendAllAgain(late);
    expect(await states(newcomer)).toEqual(['opened', 'opened']);
    expect(server.outbox.messages, 'texts until here').toEqual([]);
    server.setClock(() => new Date(Date.now() + 10 * 60_000));
    await server.sendDueTexts();
    expect(server.outbox.messages.map(({ to }) => to)).toEqual([agreesAgain]);
    server.setClock(() => new Date());

    // Started once more, there is nothing left to play back, and what was decided since then stays.
    await server.admin('POST', `/v1/kiosks/${stolen.id}/reinstatement`);
    const second = await readEpoch(server.db);
    await server.close();
    await start();
    expect(await readEpoch(server.db)).toBe(second);
    expect(await revokedAt(stolen)).toBeNull();
    expect(await states(newStops)).toEqual(['withdrawn', 'withdrawn']);
    expect(await journalState()).toBe('ok');
  },
);

restored('kept 12: with the journal of before everything is played back twice and changes nothing', async () => {
  const [till, stolen] = [await enrol(), await enrol()];
  const { link } = await agree(till, mobile(20));
  await agree(till, mobile(21));
  await backup();
  await press(link, 'withdraw');
  await erase(mobile(21));
  await server.admin('POST', `/v1/kiosks/${stolen.id}/revoke`);
  await restore();
  const rows = async () =>
    (
      await server.database.query(
        `select (select count(*) from server_events) as events, (select count(*) from suppressions) as suppressions,
           (select count(*) from subjects) as subjects, (select count(*) from kiosk_events) as kiosks`,
      )
    ).rows[0];
  const once = await rows();
  expect(once).toEqual({ events: '1', suppressions: '1', subjects: '1', kiosks: '1' });
  await server.beginNewEpoch();
  expect(await rows()).toEqual(once);
});

restored(
  'kept 12: without the journal everybody is asked again, and nothing is in force before they confirm',
  async () => {
    const till = await enrol();
    const [calls, texts, stopped, afterwards] = [mobile(30), mobile(31), mobile(32), mobile(33)];
    await agree(till, calls);
    const { link } = await agree(till, texts, {});
    await press(link, 'confirm');
    const toBeStopped = await agree(till, stopped);
    await backup();
    await press(toBeStopped.link, 'withdraw');
    const seen = await poll(till);
    expect(await inForce(calls)).toBe(true);
    expect(await inForce(texts)).toBe(true);

    rmSync(join(home.folder, 'journal'), { recursive: true });
    await restore();
    expect(await journalState()).toBe('missing');
    const fresh = await poll(till, seen);
    expect(await journalState()).toBe('ok');
    for (const number of [calls, texts, stopped]) {
      expect(await records(number)).toMatchObject({ records: [{ state: 'opened', verification: 'pending' }] });
    }
    // In the morning, however long ago they agreed.
    const morning = new Date(Date.now() + 40 * 86_400_000);
    morning.setUTCHours(11, 0, 0, 0);
    server.setClock(() => morning);
    expect(await server.sendDueTexts()).toBe(3);
    const text = server.outbox.messages.find(({ to }) => to === texts)?.text ?? '';
    await press(/\/m\/([\w-]+)/.exec(text)?.[1] ?? '', 'confirm');
    expect(await inForce(texts)).toBe(true);
    expect(await inForce(calls)).toBe(false);
    expect(await server.sendDueTexts(), 'nobody is asked twice').toBe(0);

    const record = await till.record(
      { ...till.body(afterwards), ...callsOnly },
      { lastCountersignature: countersignatureHash(fresh) },
    );
    server.setClock(() => new Date());
    await till.deliver([record], [fresh]);
    await server.openingWorker.settled();
    expect(await inForce(afterwards), 'what was agreed since the restore').toBe(true);
  },
);

restored('kept 12: a journal that was begun since the backup tells not enough: everybody is asked', async () => {
  const till = await enrol();
  await agree(till, mobile(40));
  const { link } = await agree(till, mobile(41));
  await backup();
  await server.close();
  cpSync(join(home.folder, 'journal'), join(home.folder, 'old-disk'), { recursive: true });
  rmSync(join(home.folder, 'journal'), { recursive: true });
  await start();
  expect(await journalState()).toBe('missing');
  await press(link, 'withdraw');
  await restore();
  expect(await states(mobile(41))).toEqual(['withdrawn']);
  expect(await records(mobile(40))).toMatchObject({ records: [{ verification: 'pending' }] });
});
