import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packBatch } from '../../protocol/batch.ts';
import { toText } from '../../protocol/bytes.ts';
import { type SealedRecord, toWire } from '../../protocol/record.ts';
import type { WireRecord } from '../../shared/contracts/wire.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let kiosk: SimulatedKiosk;
/** Each as it is sent, announced as coming ahead of its place or not. */
let batches: { records: WireRecord[]; ahead: boolean }[];

beforeAll(async () => {
  server = await startTestServer();
  kiosk = await server.enrol();
  batches = await makeBatches();
});
afterAll(() => server.close());

/** Overlapping stretches of a chain that forks three times, once with a record that never comes, poison and tampering among them. */
async function makeBatches(): Promise<typeof batches> {
  const neverGiven = toText(Buffer.alloc(32, 1));
  const place = () => ({ sequence: kiosk.sequence, previousChainHash: kiosk.previousChainHash });
  const trunk = await kiosk.records([1, 2, 3, 4, 5, 6].map(mobile));
  const atSix = place();
  const branch = [
    ...(await kiosk.records([7, 8, 9].map(mobile))),
    await kiosk.record(kiosk.body(mobile(1)), { type: 'unheard_of' }),
  ];
  const far = await kiosk.records([mobile(11), mobile(12)]);
  await kiosk.records([mobile(13)]);
  const beyond = await kiosk.records([mobile(14)]);
  Object.assign(kiosk, atSix);
  const rival = await kiosk.records([mobile(20), mobile(21)]);
  const hidden = await kiosk.records([mobile(22)]);
  const afterHidden = [await kiosk.record(kiosk.body(mobile(23)), { lastCountersignature: neverGiven })];
  Object.assign(kiosk, atSix);
  await kiosk.records([mobile(30)]);
  const orphan = [await kiosk.record(kiosk.body(mobile(31)), { lastCountersignature: neverGiven })];
  const wire = (...records: (SealedRecord | undefined)[]) =>
    records.filter((record) => record !== undefined).map(toWire);
  const altered = wire(trunk[1], trunk[2]).map((record, index) =>
    index === 0 ? { ...record, sealed: new Uint8Array(3) } : record,
  );
  const inOrder = (records: WireRecord[]) => ({ records, ahead: false });
  return [
    inOrder(wire(...trunk.slice(0, 3))),
    inOrder(wire(...trunk.slice(2))),
    inOrder(wire(...branch)),
    inOrder(wire(branch[1], ...far)),
    inOrder(wire(...rival)),
    inOrder(wire(...hidden)),
    inOrder(wire(...rival.slice(1), ...afterHidden)),
    inOrder(altered),
    inOrder(wire(...orphan)),
    inOrder(wire(trunk[4])),
    { records: wire(trunk[1], trunk[5]), ahead: true },
    { records: wire(...beyond), ahead: true },
  ];
}

async function forget(): Promise<void> {
  await server.database.query(`
    truncate records, sealed_bodies, unopened_records, stray_records, gaps, alarms, opened_records, subjects, subject_numbers cascade;
    delete from countersignatures where sequence > 0;
    update kiosks set highest_sequence = 0, in_order_sequence = 0, forked_from = null, delivered = 0`);
}

/** Everything the server knows, without times and what follows from them, and without random ciphertexts and ids. */
async function dump(): Promise<unknown> {
  await server.openingWorker.settled();
  const all = async (statement: string) => (await server.database.query(statement)).rows;
  return {
    kiosks: await all('select id, highest_sequence, in_order_sequence, forked_from, delivered from kiosks'),
    records: await all(`
      select to_jsonb(r) - 'received_at' - 'server_sequence' - 'received_from' as r, md5(sealed) as sealed
      from records r join sealed_bodies using (kiosk_id, sequence, chain_hash, received_at) order by chain_hash`),
    unopened: await all('select chain_hash, parked_code from unopened_records order by 1'),
    gaps: await all('select first, last from gaps order by 1'),
    alarmed: (await server.alarms())
      .filter(({ code }) => code === 'sequence_missing')
      .map(({ count, firstSequence, lastSequence }) => [count, firstSequence, lastSequence]),
    alarms: await all(`
      select code, count, first_sequence, last_sequence, array(select unnest(examples) order by 1) as examples
      from alarms where code <> 'link_broken' order by 1`),
    // A link that was mended is still counted.
    openAlarms: await all('select code from alarms where closed_at is null order by 1'),
    countersignatures: await all('select chain_hash, sequence from countersignatures order by 1'),
    opened: await all(`
      select o.chain_hash, o.record_id, o.manage_token_hash, n.blind_index
      from opened_records o join subject_numbers n using (subject_id) order by 1`),
    subjects: await all('select count(*) from subjects'),
  };
}

const send = (batch = { records: [] as WireRecord[], ahead: false }) =>
  kiosk.sendPacked(packBatch(batch.records, batch.ahead ? { ahead: true } : {}));

async function deliver(order: number[]): Promise<unknown> {
  await forget();
  for (const index of order) {
    const reply = await send(batches[index]);
    if (reply.status !== 200) throw new Error(reply.text);
  }
  return await dump();
}

test('any order and repetition of batches leaves the same server state', async () => {
  const indexes = batches.map((_, index) => index);
  const expected = await deliver(indexes);
  const { rows } = await server.database.query('select distinct code from alarms order by 1');
  const codes = ['body_altered', 'countersignature_unknown', 'fork', 'link_broken', 'record_type_unknown'];
  expect(rows.map(({ code }) => code)).toEqual(codes);
  const orders = fc
    .tuple(
      fc.shuffledSubarray(indexes, { minLength: indexes.length }),
      fc.array(fc.constantFrom(...indexes), { maxLength: 8 }),
    )
    .chain(([once, again]) => fc.shuffledSubarray([...once, ...again], { minLength: once.length + again.length }));
  await fc.assert(
    fc.asyncProperty(orders, async (order) => {
      expect(await deliver(order)).toEqual(expected);
    }),
    { numRuns: 25 },
  );
}, 120_000);

test('batches on several connections at once leave the same state too', async () => {
  const expected = await deliver(batches.map((_, index) => index));
  for (let round = 0; round < 5; round++) {
    await forget();
    // As many as one kiosk may have under way.
    const left = [...batches, ...batches];
    const oneByOne = async () => {
      for (let batch = left.shift(); batch !== undefined; batch = left.shift()) {
        const reply = await send(batch);
        if (reply.status !== 200) throw new Error(reply.text);
      }
    };
    await Promise.all(Array.from({ length: 8 }, oneByOne));
    expect(await dump()).toEqual(expected);
  }
}, 60_000);
