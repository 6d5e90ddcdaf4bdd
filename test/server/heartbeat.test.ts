import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { packBatch } from '../../protocol/batch.ts';
import { countersignatureHash, countersignatureHolds } from '../../protocol/countersignature.ts';
import { toWire } from '../../protocol/record.ts';
import { importPublicKey } from '../../protocol/signing.ts';
import { readEpoch } from '../../server/platform/database/installation.ts';
import {
  nextServerSequence,
  type Stretch,
  skipAhead,
  skipAheadWithin,
  wasGiven,
} from '../../server/platform/database/server-sequence.ts';
import { inTransaction } from '../../server/platform/database/transaction.ts';
import { type Countersignature, heartbeatAnswerSchema } from '../../shared/contracts/wire.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let kiosk: SimulatedKiosk;
beforeAll(async () => {
  server = await startTestServer({ publicUrl: 'http://countersign.test' });
});
afterAll(() => server.close());
beforeEach(async () => {
  server.setClock(() => new Date());
  kiosk = await server.enrol();
});

let used = 0;
const someone = (): string => mobile(used++);

async function heartbeat(of = kiosk, countersignature: Countersignature | null = null) {
  const body = Buffer.from(JSON.stringify({ countersignature }));
  const reply = await of.request('POST', '/v1/heartbeats', body);
  expect(reply.status, reply.text).toBe(200);
  return heartbeatAnswerSchema.parse(JSON.parse(reply.text));
}

/** As a kiosk does: hears a heartbeat, records, and sends along what the record names. */
async function agreeAfterHeartbeat(number: string, of = kiosk): Promise<Countersignature> {
  const { countersignature } = await heartbeat(of);
  const record = await of.record(of.body(number), { lastCountersignature: countersignatureHash(countersignature) });
  await deliver(of, record, [countersignature]);
  return countersignature;
}

async function deliver(
  of: SimulatedKiosk,
  record: Awaited<ReturnType<SimulatedKiosk['record']>>,
  heard: Countersignature[],
) {
  const reply = await of.sendPacked(packBatch([toWire(record)], { countersignatures: heard }));
  expect(reply.status, reply.text).toBe(200);
  await server.openingWorker.settled();
}

/** Of server and kiosk, by so many milliseconds. */
function turnClocks(by: number): void {
  server.setClock(() => new Date(Date.now() + by));
  kiosk.clock = () => new Date(Date.now() + by);
}

/** @returns the manage token. */
async function agree(number: string): Promise<string> {
  const body = kiosk.body(number);
  await kiosk.deliver([await kiosk.record(body)]);
  await server.openingWorker.settled();
  return body.manageToken;
}

/** On the customer's page. */
async function stop(token: string): Promise<void> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  await server.app.inject({ method: 'POST', url: `/m/${token}/withdraw`, headers, payload: '' });
}

async function confirmAll(): Promise<void> {
  await server.database.query(
    "update verifications set confirmed_at = now(), confirmed_sequence = nextval('server_sequence') where confirmed_at is null",
  );
}

test('is signed, is about the newest record that was countersigned, and carries counter, time and configuration', async () => {
  const before = await heartbeat();
  expect(before.countersignature).toMatchObject({ sequence: 0, chainHash: kiosk.enrolment.countersignature.chainHash });
  const { countersignatures } = await kiosk.deliver(await kiosk.records([someone(), someone()]));
  const at = Date.parse('2031-01-01T00:00:00.000Z');
  server.setClock(() => new Date(at));
  kiosk.clock = () => new Date(at);
  const { countersignature, configuration } = await heartbeat();
  expect(countersignatureHolds(countersignature, importPublicKey(server.keys.signing.publicKey))).toBe(true);
  expect(countersignature).toMatchObject({
    kioskId: kiosk.id,
    sequence: 2,
    chainHash: kiosk.previousChainHash,
    epoch: countersignatures[0]?.epoch,
    serverTime: '2031-01-01T00:00:00.000Z',
  });
  expect(countersignature.serverSequence).toBeGreaterThanOrEqual(countersignatures[0]?.serverSequence ?? Number.NaN);
  expect(configuration).toBe((await server.parts.configurations.issuedTo('halden-bridge', server.db)).hash);
});

for (const [clocks, turned] of [
  ['right', 0],
  ['ten minutes fast before the stop', 10 * 60_000],
  ['a year fast before the stop', 365 * 86_400_000],
] as const) {
  test(`kept 1: a stop ends what was agreed before it, with a clock that is ${clocks}`, async () => {
    const number = someone();
    turnClocks(turned);
    const token = await agree(number);
    await confirmAll();
    // The clock is put right.
    turnClocks(0);
    await stop(token);
    expect(await server.lookUp(number)).toMatchObject([{ state: 'withdrawn' }]);
    server.setClock(() => new Date(Date.now() + 3_600_000));
    expect(await server.lookUp(number)).toMatchObject([{ state: 'withdrawn' }]);
  });

  test(`kept 2: who agrees again after the kiosk has heard of the stop has agreed, with a clock that is ${clocks}`, async () => {
    const number = someone();
    turnClocks(turned);
    const token = await agree(number);
    await stop(token);
    turnClocks(0);
    await agreeAfterHeartbeat(number);
    await confirmAll();
    expect(await server.lookUp(number)).toMatchObject([
      { state: 'opened', verification: 'confirmed' },
      { state: 'withdrawn' },
    ]);
  });
}

test('kept 1: on the kiosk itself the chain decides, whatever its clock says', async () => {
  const number = someone();
  const calls = { choices: [{ purpose: 'marketing', channel: 'call', answer: 'granted', inputModality: 'touch' }] };
  const years = ['2031', '1970', '2026'].map((year) => new Date(`${year}-01-01T00:00:00.000Z`).toISOString());
  const made = [
    await kiosk.record({ ...kiosk.body(number), ...calls }, { deviceTime: years[0] ?? '' }),
    await kiosk.record(kiosk.withdrawal(number), { type: 'withdrawn', deviceTime: years[1] ?? '' }),
    await kiosk.record({ ...kiosk.body(number), ...calls }, { deviceTime: years[2] ?? '' }),
  ];
  await kiosk.deliver(made);
  await server.openingWorker.settled();
  expect((await server.lookUp(number)).map(({ state, verification }) => [state, verification])).toEqual([
    ['opened', null],
    ['opened', null],
    ['withdrawn', null],
  ]);
});

test('kept 2: a countersignature of a heartbeat that is another kiosk’s, altered, or from the future counts for nothing', async () => {
  const other = await server.enrol();
  const strange = (await heartbeat(other)).countersignature;
  const { countersignature } = await heartbeat();
  const altered = { ...countersignature, serverSequence: countersignature.serverSequence + 10 };
  for (const heard of [strange, altered]) {
    const record = await kiosk.record(kiosk.body(someone()), { lastCountersignature: countersignatureHash(heard) });
    await deliver(kiosk, record, [heard]);
  }
  const { rows } = await server.database.query('select named_server_sequence from records where kiosk_id = $1', [
    kiosk.id,
  ]);
  expect(rows).toEqual([{ named_server_sequence: null }, { named_server_sequence: null }]);
});

test('kept 12: a countersignature that the database never gave begins a new epoch; one that it gave does not', async () => {
  const epoch = await readEpoch(server.db);
  const { countersignature: last } = await heartbeat();
  // What a restored database does not know: the counter goes back, and a server starts on it.
  const { rows } = await server.database.query('select last_value from server_sequence');
  for (let drawn = 0; drawn < 3; drawn++) await nextServerSequence(server.db);
  const { countersignature: lost } = await heartbeat();
  expect((await heartbeat(kiosk, last)).countersignature.epoch).toBe(epoch);
  await server.database.query(`select setval('server_sequence', ${rows[0].last_value})`);
  await skipAhead(server.db);
  expect((await heartbeat(kiosk, last)).countersignature.epoch).toBe(epoch);
  const after = (await heartbeat(kiosk, lost)).countersignature;
  expect(after.epoch).not.toBe(epoch);
  expect(after.serverSequence).toBeGreaterThan(lost.serverSequence);
  expect((await heartbeat(kiosk, lost)).countersignature.epoch).toBe(after.epoch);
});

test('kept 12: what a heartbeat gave before a restore proves no order after it', async () => {
  const number = someone();
  const body = kiosk.body(number);
  await kiosk.deliver([await kiosk.record(body)]);
  await server.openingWorker.settled();
  const { rows } = await server.database.query('select last_value from server_sequence');
  for (let drawn = 0; drawn < 5; drawn++) await nextServerSequence(server.db);
  const { countersignature: lost } = await heartbeat();
  await server.database.query(`select setval('server_sequence', ${rows[0].last_value})`);
  await skipAhead(server.db);
  const record = await kiosk.record(kiosk.body(number), { lastCountersignature: countersignatureHash(lost) });
  await stop(body.manageToken);
  await deliver(kiosk, record, [lost]);
  expect(await server.lookUp(number)).toMatchObject([
    { state: 'opened', verification: 'pending' },
    { state: 'withdrawn' },
  ]);
});

test('kept 14: polls write nothing to the database; when a kiosk was last heard of is written later, for all of them together', async () => {
  const row = async () =>
    (
      await server.database.query(
        `select xmin::text, last_seen_at, (select count(*) from request_nonces where kiosk_id = id) as nonces
         from kiosks where id = $1`,
        [kiosk.id],
      )
    ).rows[0];
  const before = await row();
  for (let poll = 0; poll < 5; poll += 1) await heartbeat();
  const { status } = await kiosk.request('GET', '/v1/configuration');
  expect([status, await row()]).toEqual([200, before]);
  await expect.poll(async () => (await row()).last_seen_at, { timeout: 10_000 }).not.toBeNull();
  expect((await row()).nonces).toBe('0');
});

test('kept 12: numbers that an attempt left out which was rolled back were never given either', async () => {
  const before = await nextServerSequence(server.db);
  let attempts = 0;
  const tried: Stretch[] = [];
  await inTransaction(server.db, async (transaction) => {
    await skipAheadWithin(transaction, 0, tried);
    attempts += 1;
    if (attempts === 1) throw Object.assign(new Error('rolled back'), { code: '40001' });
  });
  expect(attempts).toBe(2);
  expect(await wasGiven(server.db, before)).toBe(true);
  for (const { after, until } of tried) {
    expect([await wasGiven(server.db, after + 1), await wasGiven(server.db, until - 1)]).toEqual([false, false]);
  }
  expect(await wasGiven(server.db, await nextServerSequence(server.db))).toBe(true);
});
