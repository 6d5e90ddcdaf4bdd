import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SealedRecord, toWire } from '../../protocol/record.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('more batches at once than it can work on: some are asked to come back, and nothing is lost', async () => {
  const fleet: { kiosk: SimulatedKiosk; records: SealedRecord[] }[] = [];
  for (let index = 0; index < 48; index++) {
    const kiosk = await server.enrol();
    fleet.push({ kiosk, records: await kiosk.records([mobile(index)]) });
  }

  const send = (each: (typeof fleet)[number]) => each.kiosk.sendWire(each.records.map(toWire));

  const first = await Promise.all(fleet.map(send));
  const refused = fleet.filter((_, index) => first[index]?.status === 503);
  expect(refused.length).toBeGreaterThan(0);
  for (const { status, headers } of first) {
    expect([200, 503]).toContain(status);
    if (status === 503) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  }
  for (const each of refused) expect((await send(each)).status).toBe(200);
  const { rows } = await server.database.query('select count(*)::int as count from records');
  expect(rows[0].count).toBe(fleet.length);
});
