import { afterAll, beforeAll, expect, test } from 'vitest';
import { toText } from '../../protocol/bytes.ts';
import { bodyHash } from '../../protocol/chain.ts';
import { type SealedRecord, toWire } from '../../protocol/record.ts';
import { generateSigningKey, importPrivateKey } from '../../protocol/signing.ts';
import { batchAnswerSchema, type WireRecord } from '../../shared/contracts/wire.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function fiveRecords(): Promise<{ kiosk: SimulatedKiosk; records: SealedRecord[]; wire: WireRecord[] }> {
  const kiosk = await server.enrol();
  const records = await kiosk.records([1, 2, 3, 4, 5].map(mobile));
  return { kiosk, records, wire: records.map(toWire) };
}

const alarmsOf = async (kiosk: SimulatedKiosk): Promise<string[]> =>
  (await server.alarms())
    .filter(({ kioskId }) => kioskId === kiosk.id)
    .map(({ code, firstSequence, lastSequence }) => `${code} ${firstSequence}-${lastSequence}`)
    .sort();

const ok = 'countersigned';
const change = (wire: WireRecord[], index: number, part: (record: WireRecord) => Partial<WireRecord>): WireRecord[] =>
  wire.map((record, i) => (i === index ? { ...record, ...part(record) } : record));

test('untouched records are countersigned without an alarm', async () => {
  const { kiosk, wire } = await fiveRecords();
  expect(await kiosk.outcomes(wire)).toEqual([ok, ok, ok, ok, ok]);
  expect(await alarmsOf(kiosk)).toEqual([]);
});

test.each([0, 2, 4])('a changed byte in header %i', async (index) => {
  const { kiosk, wire } = await fiveRecords();
  const tampered = change(wire, index, ({ header }) => ({
    header: header.replace('"storeId":"halden-bridge"', '"storeId":"halden-fridge"'),
  }));
  const expected = [ok, ok, ok, ok, ok].with(index, 'signature_invalid');
  expect(await kiosk.outcomes(tampered)).toEqual(expected);
  expect(await alarmsOf(kiosk)).toContain(`signature_invalid ${index + 1}-${index + 1}`);
});

test.each([0, 2, 4])('a changed byte in sealed body %i', async (index) => {
  const { kiosk, wire } = await fiveRecords();
  const tampered = change(wire, index, ({ sealed }) => {
    return { sealed: sealed.with(100, (sealed[100] ?? 0) ^ 1) };
  });
  expect(await kiosk.outcomes(tampered)).toEqual([ok, ok, ok, ok, ok].with(index, 'body_altered'));
  expect(await alarmsOf(kiosk)).toContain(`body_altered ${index + 1}-${index + 1}`);
});

test('a changed body whose hash was changed with it', async () => {
  const { kiosk, wire } = await fiveRecords();
  const sealed = Buffer.from('something else');
  const tampered = change(wire, 1, () => ({ sealed, bodyHash: bodyHash(sealed) }));
  expect(await kiosk.outcomes(tampered)).toEqual([ok, 'signature_invalid', ok, ok, ok]);
});

test('two bodies swapped', async () => {
  const { kiosk, wire } = await fiveRecords();
  const [, second, , fourth] = wire;
  const swapped = change(
    change(wire, 1, () => ({ sealed: fourth?.sealed ?? new Uint8Array() })),
    3,
    () => ({ sealed: second?.sealed ?? new Uint8Array() }),
  );
  expect(await kiosk.outcomes(swapped)).toEqual([ok, 'body_swapped', ok, 'body_swapped', ok]);
});

test('a changed signature', async () => {
  const { kiosk, wire } = await fiveRecords();
  const [first] = wire;
  expect(await kiosk.outcomes(change(wire, 4, () => ({ signature: first?.signature ?? '' })))).toEqual([
    ok,
    ok,
    ok,
    ok,
    'signature_invalid',
  ]);
});

test('every record signed with another key', async () => {
  const { kiosk } = await fiveRecords();
  const other = await server.enrol();
  Object.assign(other, { privateKey: importPrivateKey(generateSigningKey().privateKey) });
  const forged = await Promise.all([other.record(other.body(mobile(1)), { kioskId: kiosk.id, sequence: 1 })]);
  expect(await kiosk.outcomes(forged.map(toWire))).toEqual(['signature_invalid']);
});

test("another kiosk's records", async () => {
  const { wire } = await fiveRecords();
  const thief = await server.enrol();
  expect(await thief.outcomes(wire)).toEqual(Array(5).fill('header_malformed'));
});

test('a header that is not in its canonical form, and one that is no header', async () => {
  const { kiosk, wire } = await fiveRecords();
  const odd = change(
    change(wire, 1, ({ header }) => ({ header: header.replace('{', '{ ') })),
    3,
    () => ({ header: '{"sequence":4}' }),
  );
  expect(await kiosk.outcomes(odd)).toEqual([ok, 'header_not_canonical', ok, 'header_malformed', ok]);
});

test('a removed record leaves a gap', async () => {
  const { kiosk, wire } = await fiveRecords();
  expect(await kiosk.outcomes(wire.toSpliced(2, 1))).toEqual([ok, ok, ok, ok]);
  expect(await alarmsOf(kiosk)).toEqual(['sequence_missing 3-3']);
});

test('a repeated record', async () => {
  const { kiosk, wire } = await fiveRecords();
  const [, second] = wire;
  const reply = await kiosk.sendWire(wire.toSpliced(2, 0, second ?? ({} as WireRecord)));
  expect([reply.status, JSON.parse(reply.text).code]).toEqual([422, 'record_repeated']);
});

test('reordered records', async () => {
  const { kiosk, wire } = await fiveRecords();
  const reply = await kiosk.sendWire(wire.toReversed());
  expect([reply.status, JSON.parse(reply.text).code]).toEqual([422, 'batch_out_of_order']);
});

test('a chain that leaves a signed record out and closes up the numbers', async () => {
  const kiosk = await server.enrol();
  const [first, second] = await kiosk.records([mobile(1), mobile(2)]);
  const other = await kiosk.record(kiosk.body(mobile(3)), { previousChainHash: second?.chainHash ?? '', sequence: 3 });
  const fourth = await kiosk.record(kiosk.body(mobile(4)), { previousChainHash: second?.chainHash ?? '', sequence: 4 });
  const wire = [first, second, other, fourth].filter((record) => record !== undefined).map(toWire);
  expect(await kiosk.outcomes(wire)).toEqual([ok, ok, 'conflict', 'conflict']);
  expect(await alarmsOf(kiosk)).toEqual(['fork 3-4', 'link_broken 4-4']);
});

test('a countersignature the server never gave is flagged, and the record is kept', async () => {
  const kiosk = await server.enrol();
  const record = await kiosk.record(kiosk.body(mobile(1)), { lastCountersignature: toText(Buffer.alloc(32, 7)) });
  expect(await kiosk.outcomes([toWire(record)])).toEqual([ok]);
  expect(await alarmsOf(kiosk)).toEqual(['countersignature_unknown 1-1']);
});

test('a run is countersigned up to a rejected record and again after it, never over it', async () => {
  const { kiosk, wire } = await fiveRecords();
  const reply = await kiosk.sendWire(change(wire, 2, () => ({ sealed: new Uint8Array(3) })));
  const { countersignatures } = batchAnswerSchema.parse(JSON.parse(reply.text));
  expect(countersignatures.map(({ sequence }) => sequence)).toEqual([2, 5]);
});

test('what was rejected is not stored, and its number is missing until the true record comes', async () => {
  const { kiosk, wire } = await fiveRecords();
  await kiosk.outcomes(change(wire, 2, () => ({ sealed: new Uint8Array(64) })));
  const { rows } = await server.database.query('select sequence from records where kiosk_id = $1 order by 1', [
    kiosk.id,
  ]);
  expect(rows.map(({ sequence }) => Number(sequence))).toEqual([1, 2, 4, 5]);
  expect(await alarmsOf(kiosk)).toContain('sequence_missing 3-3');
  expect(await kiosk.outcomes(wire)).toEqual(['duplicate', 'duplicate', ok, 'duplicate', 'duplicate']);
  expect(await alarmsOf(kiosk)).toEqual(['body_altered 3-3']);
});
