import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { OneKiosk } from './one-kiosk.ts';

vi.setConfig({ testTimeout: 30_000 });

let shop: OneKiosk;
beforeEach(async () => {
  shop = await OneKiosk.open();
  await shop.enrol();
});
afterEach(() => shop.close());

it('kept 10: records that name what a restored server has lost raise no alarm, because the kiosk sends it along', async () => {
  // Without a heartbeat that passes, the next record names what the batch before it was given.
  shop.line.forge = (answer, { path }) => (path === '/v1/heartbeats' ? { ...answer, status: 503 } : answer);
  for (const index of [0, 1, 2]) {
    await shop.capture(index);
    await shop.syncTwice();
  }
  shop.line.forge = null;
  await shop.server.database.query(
    `truncate records, sealed_bodies, unopened_records cascade; delete from countersignatures where sequence > 0;
     update kiosks set highest_sequence = 0, in_order_sequence = 0`,
  );
  await shop.server.beginNewEpoch();
  await shop.syncTwice();
  expect(await shop.syncTwice()).toMatchObject({ unsent: 0, delivered: 3, resultCode: 'ok' });
  expect(await shop.countRecords()).toBe(3);
  expect(await shop.server.alarms()).toEqual([]);
});
