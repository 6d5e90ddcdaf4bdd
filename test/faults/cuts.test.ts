import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OneKiosk } from '../contract/one-kiosk.ts';
import { managerPin } from '../support/enrolled-folder.ts';
import { times } from '../support/times.ts';
import { CutLine } from './cut-line.ts';

const patience = 1_800_000;

let shop: OneKiosk;
let line: CutLine;
let captured = 0;
beforeEach(async () => {
  captured = 0;
  shop = await OneKiosk.open();
  line = await CutLine.to((shop.server.app.server.address() as AddressInfo).port);
  await shop.kiosk.enrol({ serverUrl: line.url, code: await shop.server.createCode('leeds-01'), pin: managerPin });
});
afterEach(async () => {
  await shop.close();
  await line.close();
});

/** What began before the call may have missed the last capture. */
async function synced() {
  const sync = shop.kiosk.handlers()['manager:sync'];
  await sync();
  return await sync();
}

/** Captures, and cuts the line while that is sent: it must not count as delivered. Then the line is whole, and it must. */
async function captureAndCut(cut: CutLine['cut'], note: string): Promise<void> {
  const before = line.cuts;
  line.cut = cut;
  // The manager's session ends after a while, and a PIN takes its time.
  if (captured % 100 === 0) await shop.kiosk.handlers()['manager:unlock']({ pin: managerPin });
  await shop.capture(captured++);
  expect([note, await synced()]).toMatchObject([note, { delivered: captured - 1, unsent: 1 }]);
  expect(line.cuts, note).toBeGreaterThan(before);
  line.cut = null;
  expect([note, await synced()]).toMatchObject([note, { delivered: captured, unsent: 0, refused: 0 }]);
}

async function expectEachOnce(): Promise<void> {
  expect(await shop.countRecords()).toBe(captured);
  expect(await shop.server.alarms()).toEqual([]);
  const { rows } = await shop.server.database.query('select count(distinct sequence)::int as n from records');
  expect(rows).toEqual([{ n: captured }]);
}

test(
  'fault 26: a line cut after the commit and before the answer loses nothing and doubles nothing',
  async () => {
    for (let round = 0; round < times(1_000); round++) {
      await captureAndCut({ towards: 'kiosk', after: 0 }, `cut ${round}`);
      expect(await shop.countRecords(), 'it was committed before the kiosk knew').toBe(captured);
    }
    await expectEachOnce();
  },
  patience,
);

test.each(['server', 'kiosk'] as const)(
  'fault 27: a line cut at every byte towards the %s loses nothing and doubles nothing',
  async (towards) => {
    await shop.kiosk.handlers()['manager:unlock']({ pin: managerPin });
    await shop.capture(captured++);
    await synced();
    const bytes = line.carried[towards];
    expect(bytes).toBeGreaterThan(1_000);
    for (let after = 0; after < bytes; after += 10 / times(10)) {
      await captureAndCut({ towards, after }, `${after} of ${bytes}`);
    }
    await expectEachOnce();
  },
  patience,
);
