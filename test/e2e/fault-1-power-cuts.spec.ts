import { setTimeout as delay } from 'node:timers/promises';
import { expect, type Page, test } from '@playwright/test';
import type { CaptureDraft } from '../../shared/contracts/ipc.ts';
import { britishMobile, draftFor } from '../support/kiosk.ts';
import { configurationOf, syncOnce } from './support/bridge.ts';
import { countRecords, integrityAfterCrash } from './support/kiosk-file.ts';
import { SeededRandom } from './support/random.ts';
import { managerPin, recordsOf, Shop } from './support/shop.ts';

const powerCuts = 50;
/** The server dies in these rounds too, and comes back while the kiosk goes on. */
const serverCuts = new Set([6, 15, 24, 33, 42]);
/** Counted from the first window: some cuts hit the start, most hit captures and the sync that follows each. */
const longestLifeMilliseconds = 900;
/** So many numbers belong to one round; no kiosk lives long enough for more. */
const numbersPerRound = 1_000;
/** The last words of a dying page may be lost: so many numbers after the last one heard of may have been begun too. */
const unheard = 5;

/** What happened to each number that a kiosk may have been asked to save. */
class Captures {
  readonly begun = new Set<string>();
  readonly acknowledged = new Map<string, string>();

  /** Saves one number after another until the kiosk is gone. */
  async run(page: Page, template: CaptureDraft, round: number): Promise<void> {
    const numbers = Array.from({ length: numbersPerRound }, (_, at) => britishMobile(round * numbersPerRound + at));
    page.on('console', (message) => {
      const [what, number = '', code = ''] = message.text().split(' ');
      const at = numbers.indexOf(number);
      if (what === 'begins') for (const each of numbers.slice(at, at + 1 + unheard)) this.begun.add(each);
      if (what === 'acknowledged') this.acknowledged.set(number, code);
    });
    await page.waitForFunction(() => 'countersign' in window);
    for (const each of numbers.slice(0, unheard)) this.begun.add(each);
    await page.evaluate(saveEach, { template, numbers });
  }
}

/** In the page, which tells what it does on its console: a cut must not find it waiting for an answer of the test's. */
async function saveEach({ template, numbers }: { template: CaptureDraft; numbers: string[] }): Promise<void> {
  for (const number of numbers) {
    console.log('begins', number);
    const draft = { ...template, intentId: crypto.randomUUID(), number: number as CaptureDraft['number'] };
    const answer = await window.countersign.save(draft);
    if (answer.ok) console.log('acknowledged', number, answer.value.receiptCode);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
  }
}

// Recording fifty windows would cost more than the fifty windows.
test.use({ trace: 'off', screenshot: 'off' });

let shop: Shop;
test.beforeEach(() => {
  shop = new Shop();
});
test.afterEach(() => shop.end());

test('fault 1: fifty power cuts of the kiosk and five of the server lose no acknowledged capture and double none', async () => {
  test.setTimeout(300_000);
  const random = new SeededRandom();
  const captures = new Captures();
  const first = await shop.openEnrolledKiosk();
  const template = draftFor(await configurationOf(first.page), britishMobile(0));
  await first.kill();

  let serverBack: Promise<unknown> = Promise.resolve();
  for (let round = 0; round < powerCuts; round++) {
    const kiosk = await shop.openKiosk();
    const capturing = captures.run(kiosk.page, template, round).catch(() => undefined);
    const life = random.below(longestLifeMilliseconds);
    if (serverCuts.has(round)) {
      await serverBack;
      await delay(life * random.next());
      await shop.closeServer('SIGKILL');
      serverBack = shop.openServer();
    }
    await delay(life);
    await kiosk.kill();
    await capturing;
    expect(integrityAfterCrash(shop.kioskData), `integrity after power cut ${round}`).toBe('ok');
  }
  await serverBack;
  console.log(`${captures.acknowledged.size} captures acknowledged`);
  expect(captures.acknowledged.size, 'or the cuts came before there was anything to lose').toBeGreaterThan(powerCuts);

  const last = await shop.openKiosk();
  await last.page.locator('[data-screen=attract]').waitFor();
  await expect
    .poll(() => syncOnce(last.page, managerPin), { timeout: 60_000 })
    .toMatchObject({ unsent: 0, refused: 0, damaged: 0 });
  await last.close();

  let stored = 0;
  for (const number of captures.begun) {
    const codes = (await recordsOf(shop.server, number)).map(({ receiptCode }) => receiptCode);
    const receipt = captures.acknowledged.get(number);
    if (receipt === undefined) expect(codes.length, 'not acknowledged: there or not').toBeLessThanOrEqual(1);
    else expect(codes, 'acknowledged').toEqual([receipt]);
    stored += codes.length;
  }
  const { kiosks } = (await shop.server.askAsHeadOffice('GET', '/v1/kiosks')) as { kiosks: unknown[] };
  expect(kiosks).toHaveLength(1);
  expect(kiosks[0]).toMatchObject({ delivered: stored, highestSequence: stored, missing: 0, alarms: 0 });
  expect(countRecords(shop.kioskData)).toBe(stored);

  await shop.closeServer('SIGKILL');
  expect(shop.processes().join('\n'), 'the killed server leaves its database behind').toContain('postgres');
  await shop.end();
  expect(shop.processes()).toEqual([]);
});
