import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { packBatch } from '../../protocol/batch.ts';
import { type SealedRecord, toWire } from '../../protocol/record.ts';
import { batchAnswerSchema } from '../../shared/contracts/wire.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
afterEach(() => server.setClock(() => new Date()));

async function send(
  kiosk: SimulatedKiosk,
  records: SealedRecord[],
  announced: { ahead?: true; follows?: number } = {},
) {
  const reply = await kiosk.sendPacked(packBatch(records.map(toWire), announced));
  if (reply.status !== 200) throw new Error(reply.text);
  return batchAnswerSchema.parse(JSON.parse(reply.text));
}

const ofKiosk = async (kiosk: SimulatedKiosk) => {
  const { kiosks } = (await server.admin('GET', '/v1/kiosks')).json as { kiosks: { id: string }[] };
  return kiosks.find(({ id }) => id === kiosk.id);
};

const alarmsOf = async (kiosk: SimulatedKiosk) =>
  (await server.alarms()).filter(({ kioskId }) => kioskId === kiosk.id).map(({ code }) => code);

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => mobile(from + index));

test('found 20: what a withdrawal jumps over is announced and no alarm, and the hole closes as it is filled in order', async () => {
  const kiosk = await server.enrol();
  const records = await kiosk.records(range(1, 10));
  const [withdrawal] = records.slice(9);
  if (withdrawal === undefined) throw new Error('no record');
  const ahead = await send(kiosk, [withdrawal], { ahead: true });
  expect(ahead).toMatchObject({ missing: [], answers: [{ sequence: 10, outcome: 'countersigned' }] });
  expect(ahead.countersignatures.map(({ sequence }) => sequence)).toEqual([10]);
  expect(await alarmsOf(kiosk)).toEqual([]);
  expect(await ofKiosk(kiosk)).toMatchObject({ missing: 0, announced: 9, highestSequence: 10 });

  expect(await send(kiosk, records.slice(0, 4))).toMatchObject({ missing: [] });
  // It overtook 5 and 6, which it says it follows; that a higher one is here makes no difference.
  const early = await kiosk.sendPacked(packBatch(records.slice(6, 9).map(toWire), { follows: 6 }));
  expect([early.status, JSON.parse(early.text).code]).toEqual([409, 'batch_early']);
  await send(kiosk, records.slice(4, 6), { follows: 4 });
  await send(kiosk, records.slice(6, 9), { follows: 6 });
  expect(await alarmsOf(kiosk)).toEqual([]);
  expect(await ofKiosk(kiosk)).toMatchObject({ missing: 0, announced: 0, delivered: 10 });
  // Once more in its place: nothing new.
  expect(await send(kiosk, records.slice(8))).toMatchObject({
    answers: [{ outcome: 'duplicate' }, { outcome: 'duplicate' }],
  });
  expect(await ofKiosk(kiosk)).toMatchObject({ delivered: 10 });
});

test('found 20: a later record in order makes a gap of what was announced and did not come', async () => {
  const kiosk = await server.enrol();
  const records = await kiosk.records(range(1, 6));
  await send(kiosk, records.slice(4, 5), { ahead: true });
  await send(kiosk, records.slice(0, 2));
  expect(await alarmsOf(kiosk)).toEqual([]);
  expect(await send(kiosk, records.slice(5))).toMatchObject({ missing: [{ from: 3, to: 4 }] });
  expect(await alarmsOf(kiosk)).toEqual(['sequence_missing']);
  expect(await ofKiosk(kiosk)).toMatchObject({ missing: 2, announced: 0 });
});

test('found 20: what was announced and has not come within a day is alarmed', async () => {
  const kiosk = await server.enrol();
  const records = await kiosk.records(range(1, 3));
  await send(kiosk, records.slice(2), { ahead: true });
  expect(await alarmsOf(kiosk)).toEqual([]);
  server.setClock(() => new Date(Date.now() + 25 * 3_600_000));
  expect(await alarmsOf(kiosk)).toEqual(['sequence_missing']);
  expect(await ofKiosk(kiosk)).toMatchObject({ missing: 2, announced: 0 });
});

test('kept 1: on a copied disk a stop that came ahead swallows no agreement of the other machine, which is asked about', async () => {
  const kiosk = await server.enrol();
  const number = mobile(50);
  const disk = { sequence: kiosk.sequence, previousChainHash: kiosk.previousChainHash };
  await kiosk.record(kiosk.body(mobile(51)));
  await send(kiosk, [await kiosk.record(kiosk.withdrawal(number), { type: 'withdrawn' })], { ahead: true });
  Object.assign(kiosk, disk);
  await send(kiosk, await kiosk.records([number]));
  await server.openingWorker.settled();
  const { json } = await server.admin('POST', '/v1/subjects/lookup', { number });
  expect(json).toMatchObject({ records: [{ state: 'opened', verification: 'pending' }, { verification: null }] });
});
