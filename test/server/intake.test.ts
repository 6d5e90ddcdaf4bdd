import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packBatch } from '../../protocol/batch.ts';
import { toText } from '../../protocol/bytes.ts';
import { countersignatureHolds } from '../../protocol/countersignature.ts';
import { toWire } from '../../protocol/record.ts';
import { importPublicKey } from '../../protocol/signing.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => mobile(index));

test('one countersignature, by the pinned key, covers a linked run', async () => {
  const kiosk = await server.enrol();
  const records = await kiosk.records(numbers(5));
  const { countersignatures, missing } = await kiosk.deliver(records);
  const key = importPublicKey(kiosk.enrolment.signingKey.publicKey);
  expect(countersignatures).toHaveLength(1);
  expect(countersignatures[0]).toMatchObject({
    kioskId: kiosk.id,
    sequence: 5,
    chainHash: records[4]?.chainHash,
    epoch: kiosk.enrolment.epoch,
  });
  expect(countersignatures.every((each) => countersignatureHolds(each, key))).toBe(true);
  expect(missing).toEqual([]);
});

test('the same batch on several connections at once: one row per record, the same countersignature', async () => {
  const kiosk = await server.enrol();
  const records = await kiosk.records(numbers(20));
  const answers = await Promise.all(Array.from({ length: 5 }, () => kiosk.deliver(records)));
  const { rows } = await server.database.query('select count(*)::int as n from records where kiosk_id = $1', [
    kiosk.id,
  ]);
  expect(rows[0].n).toBe(20);
  const signatures = answers.map(({ countersignatures }) => JSON.stringify(countersignatures));
  expect(new Set(signatures).size).toBe(1);
  const outcomesOfFirst = answers.map(({ answers: [first] }) => first?.outcome).sort();
  expect(outcomesOfFirst).toEqual(['countersigned', 'duplicate', 'duplicate', 'duplicate', 'duplicate']);
  const [, second, third] = [await kiosk.deliver(records), await kiosk.deliver(records), await kiosk.deliver(records)];
  expect({ ...second, serverTime: '' }).toEqual({ ...third, serverTime: '' });
});

test('a gap is named in the answer and goes by itself when it is filled', async () => {
  const kiosk = await server.enrol();
  const records = await kiosk.records(numbers(9));
  expect((await kiosk.deliver(records.slice(7))).missing).toEqual([{ from: 1, to: 7 }]);
  expect((await kiosk.deliver(records.slice(2, 4))).missing).toEqual([
    { from: 1, to: 2 },
    { from: 5, to: 7 },
  ]);
  const missing = { code: 'sequence_missing', count: 5, firstSequence: 1, lastSequence: 7 };
  expect(await server.alarms()).toMatchObject([missing]);
  const answer = await kiosk.deliver(records);
  expect(answer.missing).toEqual([]);
  expect(answer.answers.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(4);
  expect(await server.alarms()).toEqual([]);
});

test('a batch that overtook the one it follows is refused, keeps nothing and alarms nobody; afterwards it is taken', async () => {
  const kiosk = await server.enrol();
  const records = (await kiosk.records(numbers(6))).map(toWire);
  const second = packBatch(records.slice(3), { follows: 3 });
  const early = await kiosk.sendPacked(second);
  expect([early.status, JSON.parse(early.text).code]).toEqual([409, 'batch_early']);
  const { rows } = await server.database.query(
    'select count(*)::int as n, (select count(*)::int from gaps where kiosk_id = $1) as gaps from records where kiosk_id = $1',
    [kiosk.id],
  );
  expect(rows).toEqual([{ n: 0, gaps: 0 }]);
  expect(await server.alarms()).toEqual([]);
  const [first, again] = [await kiosk.sendWire(records.slice(0, 3)), await kiosk.sendPacked(second)];
  expect([first.status, again.status]).toEqual([200, 200]);
  expect(JSON.parse(again.text)).toMatchObject({ missing: [], countersignatures: [{ sequence: 6 }] });
});

test('a fork is kept, countersigned and alarmed on both sides; it is no gap', async () => {
  const kiosk = await server.enrol();
  const first = await kiosk.records(numbers(2));
  const backup = { sequence: kiosk.sequence, previousChainHash: kiosk.previousChainHash };
  const before = await kiosk.records([mobile(10), mobile(11)]);
  await kiosk.deliver([...first, ...before]);
  Object.assign(kiosk, backup);
  const after = await kiosk.records([mobile(20), mobile(21), mobile(22)]);
  const answer = await kiosk.deliver(after);
  expect(answer.answers.map(({ outcome }) => outcome)).toEqual(['conflict', 'conflict', 'countersigned']);
  expect(answer.countersignatures).toHaveLength(1);
  expect(answer.missing).toEqual([]);
  const { rows } = await server.database.query('select count(*)::int as n from records where kiosk_id = $1', [
    kiosk.id,
  ]);
  expect(rows[0].n).toBe(7);
  const alarms = (await server.alarms()).filter(({ kioskId }) => kioskId === kiosk.id);
  expect(
    alarms
      .map(({ code, count, firstSequence, lastSequence }) => `${count} ${code} ${firstSequence}-${lastSequence}`)
      .sort(),
  ).toEqual([
    // It had heard of record 4 before it went back to where record 2 was its last.
    '1 countersignature_later 3-3',
    '4 fork 3-4',
  ]);
});

test('the same record id twice is a conflict, and both are kept', async () => {
  const kiosk = await server.enrol();
  const [first] = await kiosk.records(numbers(1));
  const { recordId } = JSON.parse(first?.header ?? '');
  const second = await kiosk.record(kiosk.body(mobile(2)), { recordId });
  const answer = await kiosk.deliver([first, second].filter((record) => record !== undefined));
  expect(answer.answers.map(({ outcome }) => outcome)).toEqual(['conflict', 'conflict']);
});

test('a broken link is alarmed until the record that was named comes', async () => {
  const kiosk = await server.enrol();
  const [first] = await kiosk.records(numbers(1));
  const start = { sequence: kiosk.sequence, previousChainHash: kiosk.previousChainHash };
  const [hidden, following] = await kiosk.records([mobile(5), mobile(6)]);
  Object.assign(kiosk, start);
  const [shown] = await kiosk.records([mobile(7)]);
  const codes = async () =>
    (await server.alarms())
      .filter(({ kioskId }) => kioskId === kiosk.id)
      .map(({ code, count, firstSequence }) => `${count} ${code} ${firstSequence}`);
  const deliver = async (...records: (typeof first)[]) =>
    await kiosk.deliver(records.filter((record) => record !== undefined));
  await deliver(first, shown, following);
  expect(await codes()).toEqual(['1 link_broken 3']);
  await deliver(hidden);
  expect((await codes()).sort()).toEqual(['2 fork 2']);
});

test('rivals for one predecessor are found in every order, wherever they claim to stand', async () => {
  const lost = toText(Buffer.alloc(32, 3));
  const alarmsAfter = async (order: number[][]) => {
    const kiosk = await server.enrol();
    const [first, second, third] = await kiosk.records(numbers(3));
    const place = (sequence: number, previousChainHash = second?.chainHash ?? '') =>
      kiosk.record(kiosk.body(mobile(sequence)), { sequence, previousChainHash });
    const records = [first, second, third, await place(6), await place(9, lost), await place(12, lost)];
    for (const batch of order) {
      await kiosk.deliver(batch.map((index) => records[index]).filter((record) => record !== undefined));
    }
    const alarms = (await server.alarms()).filter(({ kioskId }) => kioskId === kiosk.id);
    return alarms
      .map(({ code, count, firstSequence, lastSequence }) => `${count} ${code} ${firstSequence}-${lastSequence}`)
      .sort();
  };
  const expected = await alarmsAfter([[0, 1, 2, 3, 4, 5]]);
  expect(expected).toContain('4 fork 3-12');
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), async (order) => {
      expect(await alarmsAfter(order.map((index) => [index]))).toEqual(expected);
    }),
    { numRuns: 15 },
  );
}, 60_000);

test('after a restored backup the epoch is new, and so are the countersignatures', async () => {
  const kiosk = await server.enrol();
  const records = await kiosk.records(numbers(3));
  const before = await kiosk.deliver(records);
  await server.beginNewEpoch();
  const after = await kiosk.deliver(records);
  expect(after.countersignatures[0]?.epoch).not.toBe(before.countersignatures[0]?.epoch);
  expect(after.countersignatures[0]?.serverTime).toBe(before.countersignatures[0]?.serverTime);
  expect(after.answers.map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate', 'duplicate']);
});

test('a full batch with a wrong clock on the kiosk: both times are kept', async () => {
  const kiosk = await server.enrol();
  const record = await kiosk.record(kiosk.body(mobile(1)), { deviceTime: '2016-02-29T23:59:59.999Z' });
  expect((await kiosk.deliver([record])).answers[0]?.outcome).toBe('countersigned');
  const reply = await kiosk.sendWire(Array(501).fill(toWire(record)));
  expect([reply.status, JSON.parse(reply.text).code]).toEqual([400, 'request_malformed']);
});
