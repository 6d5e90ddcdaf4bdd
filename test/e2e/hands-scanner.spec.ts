import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect, type Page, test } from '@playwright/test';
import { galleryScreens } from '../../tools/gallery/screens.ts';
import { Stage } from '../../tools/gallery/stage.ts';
import { Visitor } from '../../tools/gallery/visitor.ts';
import { Customer, words } from './support/customer.ts';
import { sendKeys } from './support/keyboard.ts';
import { countRecords } from './support/kiosk-file.ts';
import { oneShop } from './support/one-shop.ts';
import { SeededRandom } from './support/random.ts';
import { countQuick, recordKeys, Scanner } from './support/scanner.ts';
import { arrives, beginsAnew } from './support/screens.ts';
import { workerDisplay } from './support/worker-display.ts';

/** Readings of a device over all screens. The same seed (`COUNTERSIGN_SEED`) makes the same ones again. */
const readings = 2_000;
/** So many between two looks: a screen that goes by itself is still there. */
const readingsAtOnce = 10;
const readingsAtScreen = Math.ceil(readings / galleryScreens.length);

/** Bursts of real keys. */
const wantedBursts = 30;

test.use({ trace: 'off' });

const timeouts = { idleWarningSeconds: 120, idleCountdownSeconds: 60, savedSeconds: 120, longestSessionSeconds: 900 };
const here = oneShop({ timeouts });

test('found 15: a scanner that reads a product on the choices screen ticks nothing, and twice saves nothing', async () => {
  const { page } = here.kiosk;
  const customer = new Customer(page);
  await customer.begins();
  await customer.taps('07400300701');
  await customer.goesToChoices();
  const before = countRecords(here.shop.kioskData);
  for (const code of ['3017620422003', '5017169696512', '5017169696512']) {
    await sendKeys(
      page,
      [...`${code}\r`].map((text) => ({ key: text === '\r' ? 'Enter' : text, text })),
    );
    await delay(400);
  }
  await expect(page.locator('[data-screen]')).toHaveAttribute('data-screen', 'choices');
  await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(0);
  expect(countRecords(here.shop.kioskData)).toBe(before);
  await beginsAnew(page);
});

test('found 15: a device as slow as a hand ticks nothing either: nobody has chosen the keys', async () => {
  const { page } = here.kiosk;
  const customer = new Customer(page);
  await customer.begins();
  await customer.taps('07400300702');
  await customer.goesToChoices();
  await page.keyboard.type('5017169696512');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await expect(page.locator('[data-screen=choices]')).toBeVisible();
  await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(0);
  await expect(page.locator('[data-part=key-note]')).toHaveText(words.en['keys.ask']);
  await beginsAnew(page);
});

test('found 15: real keys of the X server: what is typed as fast as a device types is nothing, what a hand types is there', async () => {
  test.setTimeout(180_000);
  const display = await workerDisplay();
  test.skip(display === undefined, 'Only with X are there keys that a test can press.');
  const { page } = here.kiosk;
  const types = (text: string, milliseconds: number) =>
    execFileSync('xdotool', ['type', '--delay', String(milliseconds), '--', text], {
      env: { ...process.env, DISPLAY: display },
    });
  const field = page.getByLabel(words.en['number.field']);
  const begins = async () => {
    await beginsAnew(page);
    await new Customer(page).begins();
    types('0740', 110);
    await expect(field, 'a hand on the same keys').toHaveText('0740');
    await countQuick(page, []);
  };
  const random = new SeededRandom();
  await page.addInitScript(recordKeys);
  await begins();
  let judged = 0;
  for (let burst = 0; judged < wantedBursts; burst++) {
    expect(burst, 'this machine is too busy to type as fast as a device').toBeLessThan(5 * wantedBursts);
    const code = Array.from({ length: 2 + random.below(12) }, () => random.one([...'0123456789abc%?'])).join('');
    const text = `${code}${random.one(['', '\n', '\t', '\t\n'])}`;
    types(text, random.one([0, 5, 12]));
    await delay(200);
    if ((await countQuick(page, [{ keys: text.length }])) === 1) {
      await expect(field, JSON.stringify(text)).toHaveText('0740', { timeout: 100 });
      judged += 1;
    } else await begins();
  }
  await expect(page.locator('[data-screen]')).toHaveAttribute('data-screen', 'number');
  await beginsAnew(page);
});

test(`found 15: ${readings} readings over all screens: nothing ticked, nothing typed, nothing saved, nobody moved on`, async () => {
  // Some minutes; a machine that does much else at once sends many readings too slowly, and has to send more of them.
  test.setTimeout(1_800_000);
  const { application, page } = here.kiosk;
  const stage = await Stage.of(application, page);
  const outbox = `${here.shop.server.url}/outbox`;
  const random = new SeededRandom();
  const scanner = new Scanner(await page.context().newCDPSession(page), random);
  await page.addInitScript(recordKeys);
  let judged = 0;
  let slow = 0;
  for (const screen of galleryScreens) {
    let stands = false;
    for (let done = 0; done < readingsAtScreen; ) {
      // A screen that goes by itself within seconds is looked for again.
      if (!stands || /goodbye|too-young/.test(screen.name)) {
        await stage.begins(screen.shop, 'en');
        await screen.go(new Visitor(page, words.en, outbox));
        await delay(300);
        await countQuick(page, []);
      }
      const before = await standing(page);
      const read = await scanner.reads(readingsAtOnce);
      const quick = await countQuick(page, read);
      const after = await standing(page);
      stands = isDeepStrictEqual(after, before);
      // What came as slowly as a hand types may do what a hand does: then nothing of this is counted.
      if (stands) {
        done += quick;
        judged += quick;
      } else if (quick === read.length) {
        const what = read.map((each) => each.what).join('\n');
        expect(after, `${screen.name}, seed ${random.seed}, after:\n${what}`).toEqual(before);
      }
      slow += stands ? read.length - quick : read.length;
      expect(slow, 'this machine is too busy to type as fast as a device').toBeLessThan(3 * readings);
    }
  }
  console.log(`${judged} readings over ${galleryScreens.length} screens; ${slow} came too slowly and were not counted`);
  expect(judged).toBeGreaterThanOrEqual(readings);
  await page.reload();
  await arrives(page, 'attract');
});

/** How everything stands that a key could change. */
async function standing(page: Page) {
  return { records: countRecords(here.shop.kioskData), ...(await page.evaluate(look)) };
}

/** In the page. */
function look() {
  const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
  const nameOf = (each: Element | null) => each?.getAttribute('aria-label') ?? each?.textContent ?? '';
  const withoutTime = (each: HTMLElement) => {
    const copy = each.cloneNode(true) as HTMLElement;
    for (const part of copy.querySelectorAll('[role=timer], [aria-hidden=true], svg')) part.remove();
    return copy.textContent?.replaceAll(/\d+ seconds?|\d+ (minute|second)s? ago/g, '') ?? '';
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
