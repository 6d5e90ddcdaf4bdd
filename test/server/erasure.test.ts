import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { verifyAudit } from '../../protocol/audit/verify-file.ts';
import { countersignatureHash } from '../../protocol/countersignature.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let kiosk: SimulatedKiosk;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  kiosk = await server.enrol();
});

let used = 0;
const someone = (): string => mobile(used++);

const erase = async (number: string) => (await server.admin('POST', '/v1/subjects/erasure', { number })).json;

async function agree(number: string) {
  const body = kiosk.body(number);
  const record = await kiosk.record(body);
  await kiosk.deliver([record]);
  await server.openingWorker.settled();
  return { record, token: body.manageToken };
}

async function count(what: string, values: unknown[] = []): Promise<number> {
  return Number((await server.database.query(`select count(*) as n from ${what}`, values)).rows[0].n);
}

test('kept 14: an erased person is gone: records, key, page; and the chain can still be checked', async () => {
  const number = someone();
  const { token } = await agree(number);
  await agree(number);
  await agree(someone());
  const before = await count('subjects');
  expect(await erase(number)).toEqual({ erased: true, records: 2 });
  expect(await server.lookUp(number)).toEqual([]);
  expect(await count('subjects')).toBe(before - 1);
  expect(await count('records where kiosk_id = $1', [kiosk.id])).toBe(3);
  expect(await count('sealed_bodies where kiosk_id = $1', [kiosk.id])).toBe(1);
  expect((await server.app.inject(`/m/${token}`)).statusCode).toBe(404);
  const headers = { authorization: `Bearer ${server.parts.adminToken}` };
  const file = await server.app.inject({ method: 'GET', url: `/v1/audit/kiosks/${kiosk.id}`, headers });
  const faults: string[] = [];
  async function* lines() {
    yield* file.payload.split(/(?<=\n)/);
  }
  expect(await verifyAudit(lines, ({ code }) => faults.push(code))).toMatchObject({ records: 3, erased: 2 });
  expect(faults).toEqual([]);
  expect(await erase(number), 'a second time there is nobody').toEqual({ erased: false, records: 0 });
});

test('kept 14: a record that comes once more stays erased', async () => {
  const number = someone();
  const { record } = await agree(number);
  await erase(number);
  const { answers } = await kiosk.deliver([record]);
  await server.openingWorker.settled();
  expect(answers.map(({ outcome }) => outcome)).toEqual(['duplicate']);
  expect(await server.lookUp(number)).toEqual([]);
  expect(await count('records where kiosk_id = $1', [kiosk.id])).toBe(1);
  expect(await count('sealed_bodies where kiosk_id = $1', [kiosk.id])).toBe(0);
});

test('kept 14: what was agreed before and comes later is not in force; what is provably agreed afterwards is', async () => {
  const number = someone();
  await agree(number);
  const calls = {
    ...kiosk.body(number),
    choices: [
      { purpose: 'loyalty', channel: 'call' as const, answer: 'granted' as const, inputModality: 'touch' as const },
    ],
  };
  const late = await kiosk.record(calls);
  await erase(number);
  await kiosk.deliver([late]);
  await server.openingWorker.settled();
  expect(await server.lookUp(number)).toMatchObject([{ state: 'opened', verification: 'pending' }]);
  const reply = await kiosk.request('POST', '/v1/heartbeats', Buffer.from('{"countersignature":null}'));
  const heard = JSON.parse(reply.text).countersignature;
  const again = await kiosk.record(calls, { lastCountersignature: countersignatureHash(heard) });
  await kiosk.deliver([again], [heard]);
  await server.openingWorker.settled();
  expect((await server.lookUp(number)).map(({ verification }) => verification)).toContain(null);
});

test('kept 14: of a change of number the other side stays, and does not name the erased one any more', async () => {
  const [left, taken] = [someone(), someone()];
  await agree(left);
  await kiosk.deliver([await kiosk.record(kiosk.numberChange(left, taken), { type: 'number_changed' })]);
  await server.openingWorker.settled();
  expect(await server.lookUp(taken)).toHaveLength(1);
  await erase(taken);
  const [moved] = await server.lookUp(left);
  expect(moved).toMatchObject({ type: 'number_changed', number: null });
  expect(await server.lookUp(taken)).toEqual([]);
});
