import { type CDPSession, expect, type Page, test } from '@playwright/test';
import { britishMobile } from '../support/kiosk.ts';
import { Customer, words } from './support/customer.ts';
import { FaultWatch } from './support/fault-watch.ts';
import { textsTo } from './support/head-office.ts';
import { countRecords } from './support/kiosk-file.ts';
import { heapHolds, remembers } from './support/memory.ts';
import { oneShop } from './support/one-shop.ts';
import { SeededRandom } from './support/random.ts';
import { RandomVisitor } from './support/random-visitor.ts';
import { arrives, press, screenOf } from './support/screens.ts';
import { type Change, configure } from './support/server-configuration.ts';
import { managerPin } from './support/shop.ts';

/** Taps and keys; the long run is `COUNTERSIGN_LONG=1`. The same seed (`COUNTERSIGN_SEED`) makes the same choices again. */
const actions = process.env.COUNTERSIGN_LONG === '1' ? 20_000 : 1_000;
/** So often everybody steps back, and the kiosk has to be as the next customer must find it. */
const pauseEvery = 500;
/** The shortest that a shop may set. */
const timeouts = { idleWarningSeconds: 5, idleCountdownSeconds: 20, savedSeconds: 45 };
const size = { width: 1280, height: 800 };

/** What head office has set while the server is there; in between the kiosk is without a connection. */
const settings: Change[] = [
  { timeouts },
  { timeouts, age: { threshold: 13, guardian: true } },
  { timeouts, age: { threshold: 16, guardian: false } },
  { timeouts, paused: true },
];

/** A trace photographs every step; the story of the last actions takes its place. */
test.use({ trace: 'off' });

const here = oneShop(settings[0]);
let browser: CDPSession;
let faults: FaultWatch;
test.beforeAll(async () => {
  const { page } = here.kiosk;
  browser = await page.context().newCDPSession(page);
  faults = new FaultWatch(here.kiosk, here.shop.kioskData);
  await page.evaluate(() => {
    // Gone as soon as another document is there.
    document.documentElement.dataset.same = 'page';
  });
});

test('what is touched in the moment in which the first screen comes back is wiped like everything else', async () => {
  const { page } = here.kiosk;
  const customer = new Customer(page);
  await customer.begins();
  await customer.leavesWithoutNumber();
  // From within the page, because both touches have to come within a blink.
  await page.evaluate(
    async (names) => {
      for (const name of names) {
        const buttons = [...document.querySelectorAll('button')];
        const button = buttons.find((each) => (each.ariaLabel ?? each.textContent) === name);
        button?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
        button?.click();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    [words.en['saved.finish'], words.en['help.open']],
  );
  await expect(screenOf(page, 'help')).toBeVisible();
  expect(await leftAfterIdling(page)).toEqual([]);
});

test("whoever comes back from the manager's screen finds a first screen that nobody has changed", async () => {
  const { page } = here.kiosk;
  await press(page, words.en['help.open']);
  await press(page, words.en['help.textLargest']);
  await page.keyboard.press('Control+Alt+m');
  await arrives(page, 'pin');
  await page.keyboard.press('Escape');
  await arrives(page, 'attract');
  await expect.poll(() => page.evaluate(notAtRest), { timeout: 2_000 }).toEqual([]);
});

test(`${actions} taps and keys by chance: no error, no dead end, and every time the first screen comes back by itself`, async () => {
  test.setTimeout(120_000 + actions * 120);
  const { page } = here.kiosk;
  const random = new SeededRandom();
  const numbers: string[] = [];
  let online = true;
  const knows = async (screen: string): Promise<string> => {
    if (/number/.test(screen)) {
      numbers.push(britishMobile(random.below(100_000)));
      return numbers.at(-1) ?? '';
    }
    if (screen === 'attest') return managerPin;
    if (screen !== 'confirm') return '';
    const texts = online ? await textsTo(here.shop.server, numbers.at(-1) ?? '') : [];
    return /\b\d{6}\b/.exec(texts[0]?.text ?? '')?.[0] ?? String(random.below(1_000_000));
  };
  const visitor = new RandomVisitor({ page, browser, random, knows, size });
  for (let pauses = 0; visitor.count < actions; pauses++) {
    await visitor.stays(Math.min(pauseEvery, actions - visitor.count), () => faults.seen.length > 0);
    online = await serverComesOrGoes(pauses);
    const left = await leftAfterIdling(page);
    expect([...left, ...(await faults.all())], `seed ${random.seed}, after:\n${visitor.story}`).toEqual([]);
    for (const number of numbers.slice(-10)) expect(await remembers(page, number.slice(3)), number).toBe(false);
  }
  expect(await heapHolds(page, numbers.at(-1)?.slice(3) ?? '')).toBe(0);
  console.log(`${visitor.count} actions, ${numbers.length} numbers, ${countRecords(here.shop.kioskData)} records`);
  console.log(`screens: ${[...visitor.screens].sort().join(' ')}`);
});

/** @returns whether it is there now. */
async function serverComesOrGoes(pauses: number): Promise<boolean> {
  if (pauses % 2 === 0) {
    await here.shop.closeServer();
    return false;
  }
  configure(here.shop, settings[((pauses + 1) / 2) % settings.length] ?? {});
  await here.shop.openServer();
  return true;
}

/** Waits as long as a customer may be gone before everything is as it was. @returns what then is not. */
async function leftAfterIdling(page: Page): Promise<string[]> {
  const patience = await page.evaluate(longestStay, timeouts);
  const left = () => page.evaluate(notAtRest);
  await expect
    .poll(left, { timeout: patience * 1_000, intervals: [250] })
    .toEqual([])
    .catch(() => undefined);
  return left();
}

/** In the page: seconds until the first screen is back. The moving frame of a single switch comes by once more at everything. */
function longestStay({ idleWarningSeconds, idleCountdownSeconds, savedSeconds }: typeof timeouts): number {
  const alone = Math.max(idleWarningSeconds + idleCountdownSeconds, savedSeconds) + 5;
  if (document.querySelector('[data-screen=pin]') !== null) return 65;
  const pressed = [...document.querySelectorAll('[data-scan]')].length > 0;
  return pressed ? alone + 4 * document.querySelectorAll('button, label, [role=option]').length : alone;
}

/** In the page: what differs from a kiosk that nobody has touched. */
function notAtRest(): string[] {
  const { lang, dir, dataset } = document.documentElement;
  const screens = [...document.querySelectorAll<HTMLElement>('[data-screen]')].map((each) => each.dataset.screen);
  const values = [...document.querySelectorAll('input')].map(({ value }) => value);
  const found = {
    screens: screens.join().replace('paused', 'attract'),
    look: [lang, dir, dataset.contrast, dataset.text, dataset.reach, dataset.motion].join(),
    same: dataset.same,
    fields: values.join(''),
    framed: document.querySelectorAll('[data-scan]').length,
    kept: history.length + localStorage.length + sessionStorage.length,
  };
  const expected = {
    screens: 'attract',
    look: 'en,ltr,standard,normal,whole,system',
    same: 'page',
    fields: '',
    framed: 0,
    kept: 1,
  };
  return Object.entries(expected).flatMap(([name, value]) => {
    const is = found[name as keyof typeof found];
    return is === value ? [] : [`${name}: ${is}`];
  });
}
