import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SeededRandom } from '../e2e/support/random.ts';
import { SlowLine } from '../support/slow-line.ts';
import { OneKiosk } from './one-kiosk.ts';

let shop: OneKiosk;
let slow: SlowLine;
beforeEach(async () => {
  shop = await OneKiosk.open();
});
afterEach(async () => {
  await shop.close();
  await slow.close();
});

const records = 150;

/** A fifth of a second for each batch of today's first size, so that the test is short; connections are lost more often than on any real line. */
async function openSlowLine(lossPer16KiB: number): Promise<void> {
  const port = (shop.server.app.server.address() as AddressInfo).port;
  const random = new SeededRandom();
  const speed = { bitsPerSecond: 2_400_000, latencyMilliseconds: 50 };
  slow = await SlowLine.to(port, { ...speed, lossPer16KiB, random: () => random.next() });
}

it('found 20: on a slow line that loses connections everything arrives once, a withdrawal made last among the first, and nothing is alarmed', async () => {
  await shop.enrol();
  await openSlowLine(0.05);
  const pointTo = (url: string) =>
    shop.damage(`UPDATE documents SET document = json_set(document, '$.serverUrl', '${url}') WHERE name = 'identity'`);
  await pointTo('http://127.0.0.1:9');
  for (let index = 1; index < records; index++) await shop.capture(index);
  await shop.withdraw(1);
  await pointTo(slow.url);

  const alarmed = new Set<string>();
  const watch = setInterval(() => {
    void shop.server.alarms().then((alarms) => {
      for (const { code } of alarms) alarmed.add(code);
    });
  }, 50);
  await expect.poll(async () => (await shop.sync()).delivered, { timeout: 50_000, interval: 100 }).toBe(records);
  clearInterval(watch);
  const { rows } = await shop.server.database.query(`
    select count(*)::int as all, count(distinct sequence)::int as different,
      (count(*) filter (where received_at < (select received_at from records where sequence = ${records})))::int as before
    from records`);
  expect(rows[0]).toMatchObject({ all: records, different: records });
  // One batch in order may be quicker.
  expect(rows[0].before).toBeLessThan(records / 3);
  expect([...alarmed]).toEqual([]);
}, 60_000);
