import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect, type Page, test } from '@playwright/test';
import { Stage } from '../../tools/gallery/harness.ts';
import { galleryScreens } from '../../tools/gallery/screens.ts';
import { shopNames } from '../../tools/gallery/shops.ts';
import { Visitor } from '../../tools/gallery/visitor.ts';
import { words } from './support/customer.ts';
import { countRecords } from './support/kiosk-file.ts';
import { oneShop } from './support/one-shop.ts';
import { SeededRandom } from './support/random.ts';
import { countQuick, recordKeys, Scanner } from './support/scanner.ts';
import { arrives } from './support/screens.ts';

/** Readings of a device over all screens. The same seed (`COUNTERSIGN_SEED`) makes the same ones again. */
const readings = 2_000;
/** So many between two looks: a screen that goes by itself is still there. */
const readingsAtOnce = 10;
/** These go by themselves after eight seconds: fewer readings fit, and what took longer says nothing. */
const passing = { screens: /goodbye|too-young/, readingsAtOnce: 3, milliseconds: 7_000 };
const judgedScreens = shopNames.flatMap((shop) => galleryScreens.filter((each) => each.shop === shop));
const readingsAtScreen = Math.ceil(readings / judgedScreens.length);

test.use({ trace: 'off' });
test.describe.configure({ mode: 'parallel' });

const timeouts = { idleWarningSeconds: 120, idleCountdownSeconds: 60, savedSeconds: 120, longestSessionSeconds: 900 };
const here = oneShop({ timeouts });

/** Each half of the screens on a kiosk of its own, side by side. */
for (const half of [0, 1]) {
  test(`found 15: ${readings} readings over all screens, half ${half + 1}: nothing ticked, nothing typed, nothing saved, nobody moved on`, async () => {
    // Some minutes; a machine that does much else at once sends many readings too slowly, and has to send more of them.
    test.setTimeout(1_800_000);
    const { application, page } = here.kiosk;
    const stage = await Stage.of(application, page);
    const outbox = here.shop.server.outboxUrl;
    const random = new SeededRandom();
    const scanner = new Scanner(await page.context().newCDPSession(page), random);
    await page.addInitScript(recordKeys);
    let judged = 0;
    let slow = 0;
    const screens = judgedScreens.filter((_, index) => index % 2 === half);
    for (const screen of screens) {
      const passes = passing.screens.test(screen.name);
      let stands = false;
      for (let done = 0; done < readingsAtScreen; ) {
        // A screen that goes by itself within seconds is looked for again.
        if (!stands || passes) {
          await stage.begins(screen.shop, 'en');
          await screen.go(new Visitor(page, words.en, outbox));
          await delay(300);
          await countQuick(page, []);
        }
        const since = performance.now();
        const before = await howItStands(page);
        const read = await scanner.reads(passes ? passing.readingsAtOnce : readingsAtOnce);
        const quick = await countQuick(page, read);
        const after = await howItStands(page);
        stands = isDeepStrictEqual(after, before);
        const hasPassed = passes && performance.now() - since > passing.milliseconds;
        // What came as slowly as a hand types may do what a hand does: then nothing of this is counted.
        if (stands) {
          done += quick;
          judged += quick;
        } else if (quick === read.length && !hasPassed) {
          const what = read.map((each) => each.what).join('\n');
          expect(after, `${screen.name}, seed ${random.seed}, after:\n${what}`).toEqual(before);
        }
        slow += stands ? read.length - quick : read.length;
        expect(slow, 'this machine is too busy to type as fast as a device').toBeLessThan(
          3 * readingsAtScreen * screens.length,
        );
      }
    }
    console.log(`${judged} readings over ${screens.length} screens; ${slow} came too slowly and were not counted`);
    expect(judged).toBeGreaterThanOrEqual(readingsAtScreen * screens.length);
    await page.reload();
    await arrives(page, 'attract');
  });
}

/** How everything stands that a key could change. */
async function howItStands(page: Page) {
  return { records: countRecords(here.shop.kioskData), ...(await page.evaluate(look)) };
}

/** In the page. */
function look() {
  const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
  const nameOf = (each: Element | null) => each?.getAttribute('aria-label') ?? each?.textContent ?? '';
  const withoutTime = (each: HTMLElement) => {
    const copy = each.cloneNode(true) as HTMLElement;
    for (const part of copy.querySelectorAll('[role=timer], [aria-hidden=true], svg')) part.remove();
    return copy.textContent?.replaceAll(/\d+ seconds?|\d+ (minute|second)s? ago|[\d.]+ GB/g, '') ?? '';
  };
  return {
    screens: all('[data-screen]').map(({ dataset }) => dataset.screen),
    words: all('main, dialog').map(withoutTime),
    focus: `${document.activeElement?.tagName} ${nameOf(document.activeElement)}`.replaceAll(/\d+ seconds?/g, ''),
    ticked: all('input[type=checkbox]').map((box) => (box as HTMLInputElement).checked),
    fields: all('input:not([type=checkbox])').map((field) => (field as HTMLInputElement).value),
    pressed: all('[aria-pressed], [aria-expanded], [aria-selected]').map((each) =>
      [nameOf(each), each.ariaPressed, each.ariaExpanded, each.ariaSelected].join(),
    ),
    note: all('[data-part=key-note]').map(nameOf),
    look: JSON.stringify(document.documentElement.dataset),
    language: document.documentElement.lang,
  };
}
