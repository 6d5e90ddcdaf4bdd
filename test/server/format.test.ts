// Where docs/record-format.md and the server have to say the same.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromText, utf8 } from '../../protocol/bytes.ts';
import { canonicalJson } from '../../protocol/canonical.ts';
import { bodyHash, chainHash } from '../../protocol/chain.ts';
import { countersignatureHash } from '../../protocol/countersignature.ts';
import { type SealedRecord, toWire } from '../../protocol/record.ts';
import { padBody, paddingBytes, prepareSeal } from '../../protocol/seal.ts';
import { signBytes } from '../../protocol/signing.ts';
import type { WireRecord } from '../../shared/contracts/wire.ts';
import { headerSchema, type RecordHeader } from '../../shared/record/header.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const alarmsOf = async (kiosk: SimulatedKiosk): Promise<string[]> =>
  (await server.alarms()).filter(({ kioskId }) => kioskId === kiosk.id).map(({ code }) => code);

/** A record whose plaintext and header are these, and everything else as it has to be. */
async function recordOf(kiosk: SimulatedKiosk, plaintext: Uint8Array, change: Partial<RecordHeader> = {}) {
  const { header: text } = await kiosk.record(kiosk.body(mobile(1)), change);
  const header = canonicalJson({ ...(JSON.parse(text) as RecordHeader), ...change });
  const sealed = await (await prepareSeal(kiosk.enrolment.sealKey.publicKey)).seal(Uint8Array.from(plaintext), header);
  const hash = chainHash(header, bodyHash(sealed));
  kiosk.previousChainHash = hash;
  return {
    header,
    bodyHash: bodyHash(sealed),
    sealed,
    signature: signBytes('record', fromText(hash), kiosk.privateKey),
  };
}

const bodyText = (kiosk: SimulatedKiosk) => canonicalJson(kiosk.body(mobile(2)));

test.each<[string, string, (text: string) => Uint8Array]>([
  [
    'with its members in another order',
    'body_not_canonical',
    (text) => padBody(`{"number":"${mobile(2)}",${text.slice(1).replace(/"number":"[^"]*",/, '')}`),
  ],
  ['with a blank between its members', 'body_not_canonical', (text) => padBody(text.replace('":"', '": "'))],
  ['with a member twice', 'body_not_canonical', (text) => padBody(`{"age":"threshold_passed",${text.slice(1)}`)],
  [
    'with a block too many',
    'padding_malformed',
    (text) => utf8(text + ' '.repeat(padBody(text).length + paddingBytes - text.length)),
  ],
  ['without padding', 'padding_malformed', (text) => utf8(text)],
  ['padded with zeros', 'body_malformed', (text) => utf8(text + '\0'.repeat(padBody(text).length - text.length))],
  ['with a member that the page does not have', 'body_malformed', (text) => padBody(`${text.slice(0, -1)},"zzz":1}`)],
  ['that is no JSON', 'body_malformed', () => padBody('number')],
])('kept 17: a body %s is countersigned and parked: %s', async (_, code, plaintextOf) => {
  const kiosk = await server.enrol();
  const text = bodyText(kiosk);
  expect(await kiosk.outcomes([await recordOf(kiosk, plaintextOf(text))])).toEqual(['countersigned']);
  await server.openingWorker.settled();
  expect(await alarmsOf(kiosk)).toEqual([code]);
});

test.each<[string, Partial<RecordHeader>]>([
  ['a record id that is no UUIDv7', { recordId: '0192f0c1-2b3c-4d4e-8f50-617283940516' }],
  ['the 30th of February', { deviceTime: '2026-02-30T10:00:00.000Z' }],
  ['hour 25', { deviceTime: '2026-02-20T25:61:61.000Z' }],
])('kept 17: a header with %s is refused: header_malformed', async (_, change) => {
  const kiosk = await server.enrol();
  expect(await kiosk.outcomes([await recordOf(kiosk, padBody(bodyText(kiosk)), change)])).toEqual(['header_malformed']);
});

test.each(['zh-Hant', 'sr-Latn-RS', 'de-1996', 'es-419'])('kept 17: a body in %s is read', async (language) => {
  const kiosk = await server.enrol();
  await kiosk.deliver([await kiosk.record({ ...kiosk.body(mobile(3)), language })]);
  await server.openingWorker.settled();
  expect(await alarmsOf(kiosk)).toEqual([]);
});

test('kept 17: where body and signature are both wrong, the body is named, as the page checks them', async () => {
  const kiosk = await server.enrol();
  const [record] = (await kiosk.records([mobile(4)])).map(toWire) as [WireRecord];
  const wrong = { ...record, sealed: Buffer.from('other'), signature: `${'A'.repeat(85)}A` };
  expect(await kiosk.outcomes([wrong])).toEqual(['body_altered']);
});

test('kept 17: a first record that does not name the genesis hash is a broken link', async () => {
  const kiosk = await server.enrol();
  const record = await kiosk.record(kiosk.body(mobile(5)), { previousChainHash: 'A'.repeat(43) });
  expect(await kiosk.outcomes([toWire(record)])).toEqual(['countersigned']);
  expect(await alarmsOf(kiosk)).toEqual(['link_broken']);
});

test('kept 17: a signature in the middle of a run that does not hold is countersigned, because the last one vouches for all but it', async () => {
  const kiosk = await server.enrol();
  const wire = (await kiosk.records([6, 7, 8].map(mobile))).map(toWire);
  const forged = wire.map((record, index) =>
    index === 1 ? { ...record, signature: wire[0]?.signature ?? '' } : record,
  );
  expect(await kiosk.outcomes(forged)).toEqual(['countersigned', 'countersigned', 'countersigned']);
});

test('kept 17: a record that names a countersignature of itself or of a later record is alarmed', async () => {
  const kiosk = await server.enrol();
  const records: SealedRecord[] = await kiosk.records([9, 10, 11].map(mobile));
  const { countersignatures } = await kiosk.deliver(records);
  const named = countersignatures.at(-1);
  if (named === undefined) throw new Error('no countersignature');
  const { previousChainHash } = headerSchema.parse(JSON.parse(records[1]?.header ?? ''));
  const change = { sequence: 2, previousChainHash, lastCountersignature: countersignatureHash(named) };
  await kiosk.deliver([await kiosk.record(kiosk.body(mobile(12)), change)]);
  expect(await alarmsOf(kiosk)).toContain('countersignature_later');
});

test('kept 10: a store that the kiosk is not of is kept, countersigned and alarmed, once for each', async () => {
  const kiosk = await server.enrol();
  const records = [
    await kiosk.record(kiosk.body(mobile(13))),
    await kiosk.record(kiosk.body(mobile(14)), { storeId: 'another-one' }),
    await kiosk.record(kiosk.body(mobile(15)), { storeId: 'another-one' }),
  ];
  expect(await kiosk.outcomes(records.map(toWire))).toEqual(['countersigned', 'countersigned', 'countersigned']);
  const alarms = (await server.alarms()).filter(({ kioskId }) => kioskId === kiosk.id);
  expect(alarms).toMatchObject([{ code: 'store_mismatch', count: 1, firstSequence: 2, examples: ['another-one'] }]);
});
