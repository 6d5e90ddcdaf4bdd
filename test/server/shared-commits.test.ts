import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packBatch } from '../../protocol/batch.ts';
import { countersignatureHolds } from '../../protocol/countersignature.ts';
import { type SealedRecord, toWire } from '../../protocol/record.ts';
import { importPublicKey } from '../../protocol/signing.ts';
import { IntakeQueue } from '../../server/modules/intake/intake-queue.ts';
import { verifyBatch } from '../../server/modules/intake/verify-batch.ts';
import { connect } from '../../server/platform/database/connection.ts';
import type { Batch, BatchAnswer } from '../../shared/contracts/wire.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, serverUrl, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

let numbers = 0;
const oneRecord = async (kiosk: SimulatedKiosk) => await kiosk.record(kiosk.body(mobile(numbers++)));

async function fleet(size: number): Promise<SimulatedKiosk[]> {
  return await Promise.all(Array.from({ length: size }, () => server.enrol()));
}

/** As the route does, with a nonce of its own. */
async function take(
  queue: IntakeQueue,
  { id }: SimulatedKiosk,
  records: SealedRecord[],
  announced: Partial<Batch> = {},
) {
  const kiosk = await server.db.selectFrom('kiosks').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const key = importPublicKey(kiosk.device_public_key);
  const batch: Batch = { version: 1, records: records.map(toWire), ...announced };
  const signer = { kiosk, key, nonce: randomUUID() };
  return () => queue.take({ signer, batch, checked: verifyBatch(batch.records, id, key), from: null });
}

async function transactionsOf(kiosks: SimulatedKiosk[]): Promise<number> {
  const query = 'select count(distinct xmin::text)::int as count from records where kiosk_id = any($1)';
  return (await server.database.query(query, [kiosks.map(({ id }) => id)])).rows[0].count;
}

/** Another process that has something in the database locked. */
async function whileLocked<T>(lock: string, work: (free: () => Promise<void>) => Promise<T>): Promise<T> {
  const other = new pg.Client({ connectionString: server.database.url });
  await other.connect();
  await other.query('begin');
  await other.query(lock);
  try {
    return await work(async () => void (await other.query('rollback')));
  } finally {
    await other.end();
  }
}

async function somebodyWaits(): Promise<void> {
  const query = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  await expect.poll(async () => (await server.database.query(query)).rowCount, { timeout: 10_000 }).toBeGreaterThan(0);
}

test('kept 19: a record that cannot be stored hurts no neighbour in the shared commit, and has an outcome of its own', async () => {
  const kiosks = await fleet(8);
  const records = await Promise.all(kiosks.map(oneRecord));
  const [, , , poisoned] = kiosks;
  await server.database.query(`create function poison() returns trigger language plpgsql as $$
    begin if new.kiosk_id = '${poisoned?.id}' then raise exception 'poison' using errcode = '22000'; end if; return new; end $$`);
  await server.database.query('create trigger poison before insert on records for each row execute function poison()');
  const queue = new IntakeQueue(server.parts);
  const takes = await Promise.all(kiosks.map((kiosk, index) => take(queue, kiosk, records.slice(index, index + 1))));
  const outcomes = await Promise.allSettled(takes.map((each) => each()));
  expect(outcomes.map(({ status }) => status)).toEqual(
    kiosks.map((kiosk) => (kiosk === poisoned ? 'rejected' : 'fulfilled')),
  );
  await server.database.query('drop function poison cascade');
  // Nothing of it is left behind, so that it can come again.
  for (const outcome of await Promise.all(takes.slice(3, 4).map((each) => each()))) {
    expect(outcome.answers.map((answer) => answer.outcome)).toEqual(['countersigned']);
  }
  const { rows } = await server.database.query('select delivered::int from kiosks where id = any($1)', [
    kiosks.map(({ id }) => id),
  ]);
  expect(rows).toEqual(kiosks.map(() => ({ delivered: 1 })));
});

test('kept 19: what comes while a commit is under way shares the next, with a refusal and an answer of its own for each', async () => {
  const kiosks = await fleet(8);
  const records = await Promise.all(kiosks.map(oneRecord));
  const queue = new IntakeQueue(server.parts);
  const takes = await Promise.all(
    kiosks.map((kiosk, index) =>
      take(queue, kiosk, records.slice(index, index + 1), index === 5 ? { follows: 7 } : {}),
    ),
  );
  const outcomes = await Promise.allSettled(takes.map((each) => each()));
  expect(await transactionsOf(kiosks)).toBe(2);
  for (const [index, outcome] of outcomes.entries()) {
    if (index === 5) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'batch_early' } });
    else expectCountersigned(outcome, kiosks[index], records[index]);
  }
  const again = await Promise.allSettled(takes.map((each) => each()));
  for (const outcome of again)
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'request_replayed' } });
});

function expectCountersigned(
  outcome: PromiseSettledResult<BatchAnswer>,
  kiosk?: SimulatedKiosk,
  record?: SealedRecord,
) {
  if (outcome.status === 'rejected') throw outcome.reason;
  const [countersignature, ...more] = outcome.value.countersignatures;
  if (countersignature === undefined) throw new Error('no countersignature');
  expect(more).toEqual([]);
  expect(countersignature).toMatchObject({ kioskId: kiosk?.id, chainHash: record?.chainHash });
  expect(countersignatureHolds(countersignature, importPublicKey(server.keys.signing.publicKey))).toBe(true);
}

test('kept 19: a kiosk that another server has in hand keeps none of the others waiting', async () => {
  const kiosks = await fleet(4);
  const records = await Promise.all(kiosks.map(oneRecord));
  const queue = new IntakeQueue(server.parts);
  const takes = await Promise.all(kiosks.map((kiosk, index) => take(queue, kiosk, records.slice(index, index + 1))));
  await whileLocked(`select from kiosks where id = '${kiosks[2]?.id}' for update`, async (free) => {
    const outcomes = takes.map((each) => each());
    const others = await Promise.all(outcomes.filter((_, index) => index !== 2));
    expect(others).toHaveLength(3);
    await free();
    expect((await outcomes[2])?.answers).toMatchObject([{ outcome: 'countersigned' }]);
  });
});

test('kept 19: a kiosk whose request dies while its commit is under way harms nobody, and gets the same countersignature when it comes again', async () => {
  const url = new URL(await server.app.listen({ port: 0, host: '127.0.0.1' }));
  const { port } = server.app.server.address() as AddressInfo;
  expect(Number(url.port)).toBe(port);
  const [dying, ...others] = await fleet(6);
  if (dying === undefined) throw new Error('no kiosk');
  const record = await oneRecord(dying);
  const deliveries = await Promise.all(others.map(async (kiosk) => ({ kiosk, records: [await oneRecord(kiosk)] })));
  const signed = await dying.signedBatch(packBatch([toWire(record)]));
  await whileLocked('lock table records in share mode', async (free) => {
    const sent = request({
      port,
      method: 'POST',
      path: '/v1/records',
      headers: { host: new URL(serverUrl).host, ...signed.headers },
    });
    sent.on('error', () => undefined);
    sent.end(signed.body);
    await somebodyWaits();
    const answers = Promise.all(deliveries.map(({ kiosk, records }) => kiosk.deliver(records)));
    const gone = new Promise((resolve) => sent.once('close', resolve));
    sent.destroy();
    await gone;
    await free();
    for (const { answers: given } of await answers) expect(given).toMatchObject([{ outcome: 'countersigned' }]);
  });
  const again = await dying.deliver([record]);
  expect(again.answers).toMatchObject([{ outcome: 'duplicate' }]);
  const query = 'select signature from countersignatures where kiosk_id = $1 and sequence = 1';
  const { rows } = await server.database.query(query, [dying.id]);
  expect(rows).toEqual(again.countersignatures.map(({ signature }) => ({ signature })));
});

test("kept 19: two servers that share commits get in nobody's way: every record once, the same countersignature from both", async () => {
  const kiosks = await fleet(8);
  const otherDb = connect(server.database.url, () => undefined);
  const queues = [new IntakeQueue(server.parts), new IntakeQueue({ ...server.parts, db: otherDb })];
  try {
    for (let round = 0; round < 10; round++) {
      const records = await Promise.all(kiosks.map(oneRecord));
      const takes = await Promise.all(
        kiosks.map((kiosk, index) =>
          Promise.all(queues.map((queue) => take(queue, kiosk, records.slice(index, index + 1)))),
        ),
      );
      // The other server hears of the kiosks in the opposite order.
      const ones = takes.map(([one]) => one?.());
      const others = takes.toReversed().map(([, other]) => other?.());
      for (const index of kiosks.keys()) {
        const [one, two] = await Promise.all([ones[index], others[kiosks.length - 1 - index]]);
        expect([one, two].map((answer) => answer?.answers[0]?.outcome).sort()).toEqual(['countersigned', 'duplicate']);
        expect(one?.countersignatures).toEqual(two?.countersignatures);
      }
    }
  } finally {
    await otherDb.destroy();
  }
  const { rows } = await server.database.query(
    'select delivered::int, highest_sequence::int as highest from kiosks where id = any($1)',
    [kiosks.map(({ id }) => id)],
  );
  expect(rows).toEqual(kiosks.map(() => ({ delivered: 10, highest: 10 })));
  const ids = kiosks.map(({ id }) => id);
  expect((await server.alarms()).filter(({ kioskId }) => ids.includes(kioskId))).toEqual([]);
});
