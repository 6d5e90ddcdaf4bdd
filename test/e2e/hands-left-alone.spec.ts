import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { Stage } from '../../tools/gallery/harness.ts';
import { Customer, words } from './support/customer.ts';
import { openManager } from './support/manager.ts';
import { oneShop } from './support/one-shop.ts';
import { arrives, beginsAnew, boxOf, press, screenOf } from './support/screens.ts';
import { managerPin } from './support/shop.ts';
import { whileStopped } from './support/stopped-processes.ts';
import { workerDisplay } from './support/worker-display.ts';

const say = words.en;
const timeouts = { idleWarningSeconds: 6, idleCountdownSeconds: 20, savedSeconds: 45, longestSessionSeconds: 900 };
/** Longer than all of it together. */
const tooLong = 30_000;
const number = '07400300801';

const here = oneShop({ timeouts });
test.beforeEach(() => test.setTimeout(120_000));
test.afterEach(() => beginsAnew(here.kiosk.page));

async function typesNumber(): Promise<void> {
  const customer = new Customer(here.kiosk.page);
  await customer.begins();
  await customer.taps(number);
}

/** At once: whoever were taken for somebody who is there would have much longer. */
const isWiped = () => screenOf(here.kiosk.page, 'attract').waitFor({ timeout: 8_000 });

async function xdotool(...args: string[]): Promise<void> {
  const display = await workerDisplay();
  test.skip(display === undefined, 'Only with X are there keys and a mouse that a test can hold.');
  execFileSync('xdotool', args, { env: { ...process.env, DISPLAY: display } });
}

/** From now on the repeats of a key that is held are counted, as they reach the window. */
async function countsRepeats(): Promise<() => Promise<number>> {
  const { application } = here.kiosk;
  await application.evaluate(({ BrowserWindow }) => {
    const counted = globalThis as unknown as { repeats: number };
    counted.repeats = 0;
    BrowserWindow.getAllWindows()[0]?.webContents.on('before-input-event', (_event, { isAutoRepeat }) => {
      counted.repeats += isAutoRepeat ? 1 : 0;
    });
  });
  return () => application.evaluate(() => (globalThis as unknown as { repeats: number }).repeats);
}

test('found 16: a key that is held down types one digit; something that lies on it, and a mouse that trembles, are no customer', async () => {
  const { page } = here.kiosk;
  await new Customer(page).begins();
  const repeats = await countsRepeats();
  const field = page.getByLabel(say['number.field']);
  await xdotool('keydown', '7');
  try {
    await expect(field).toHaveText('7');
    const gone = screenOf(page, 'attract').waitFor({ timeout: tooLong + 10_000 });
    let at = 0;
    const trembling = setInterval(() => void page.mouse.move(300 + (at++ % 3), 300).catch(() => undefined), 200);
    try {
      await delay(2_000);
      await expect(field).toHaveText('7');
      await gone;
    } finally {
      clearInterval(trembling);
    }
  } finally {
    await xdotool('keyup', '7');
  }
  expect(await repeats(), 'the key was repeated all the time').toBeGreaterThan(50);
});

test('found 16: delete that is held down deletes one digit, and a finger that rests on the glass is no customer', async () => {
  const { page } = here.kiosk;
  await typesNumber();
  const field = page.getByLabel(say['number.field']);
  const typed = (await field.innerText()).replaceAll(' ', '');
  const repeats = await countsRepeats();
  await xdotool('keydown', 'BackSpace');
  try {
    await expect.poll(repeats, { timeout: 20_000 }).toBeGreaterThan(10);
  } finally {
    await xdotool('keyup', 'BackSpace');
  }
  await delay(300);
  expect((await field.innerText()).replaceAll(' ', '')).toBe(typed.slice(0, -1));
  const browser = await page.context().newCDPSession(page);
  await browser.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: 300, y: 330 }] });
  const gone = screenOf(page, 'attract').waitFor({ timeout: tooLong + 10_000 });
  const trembling = setInterval(() => {
    const touchPoints = [{ x: 300 + (Date.now() % 3), y: 330 }];
    void browser.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints }).catch(() => undefined);
  }, 200);
  await gone.finally(() => clearInterval(trembling));
  await browser.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await browser.detach();
});

test('found 17: stopped for longer than anybody may be away, the kiosk never paints the number again', async () => {
  const { application, page } = here.kiosk;
  await typesNumber();
  await page.evaluate(watchFrames, number.slice(-3));
  await page.waitForTimeout(1_000);
  await whileStopped(application.process().pid, () => delay(tooLong));
  await isWiped();
  const frames = await page.evaluate(() => (window as unknown as { frames: { gap: number; shown: boolean }[] }).frames);
  const woken = frames.findIndex(({ gap }) => gap > tooLong - 1_000);
  expect(woken, 'it was painted before and is painted again').toBeGreaterThan(0);
  expect(frames.slice(0, woken).some(({ shown }) => shown)).toBe(true);
  expect(frames.slice(woken).filter(({ shown }) => shown)).toEqual([]);
  await new Customer(page).begins();
  await expect(page.getByLabel(say['number.field'])).toHaveText('');
});

test('found 17: "I am still here", pressed while the kiosk stood still, hands the session to nobody', async () => {
  const { application, page } = here.kiosk;
  const stays = page.getByRole('button', { name: say['idle.stay'] });
  const presses = async () => {
    const { x, y, width, height } = await boxOf(stays);
    const [left, top] = await page.evaluate(() => [screenX, screenY] as const);
    const at = [left + x + width / 2, top + y + height / 2].map((each) => String(Math.round(each)));
    return () => xdotool('mousemove', ...at, 'click', '1');
  };
  await typesNumber();
  await arrives(page, 'idle_warning');
  await (await presses())();
  await expect(screenOf(page, 'idle_warning'), 'while it runs, the press counts').toHaveCount(0);
  await expect(screenOf(page, 'number')).toBeVisible();
  await arrives(page, 'idle_warning');
  const press = await presses();
  await whileStopped(application.process().pid, async () => {
    await delay(1_000);
    await press();
    await delay(tooLong);
  });
  await isWiped();
  await expect(screenOf(page, 'number')).toHaveCount(0);
});

test('found 17: "I am still here", pressed when only the wall clock knows how late it is, hands the session to nobody', async () => {
  const { page } = here.kiosk;
  await typesNumber();
  await arrives(page, 'idle_warning');
  const { x, y, width, height } = await boxOf(page.getByRole('button', { name: say['idle.stay'] }));
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.evaluate(jumpClock, 3_600_000);
  await page.mouse.down();
  await page.mouse.up();
  await isWiped();
  await expect(screenOf(page, 'number')).toHaveCount(0);
});

for (const hours of [1, -1]) {
  test(`found 17: a clock that is ${hours} hour further on: number, attestation, PIN, manager's screen and set-up are wiped`, async () => {
    const { application, page } = here.kiosk;
    const jumps = () => page.evaluate(jumpClock, hours * 3_600_000);
    await typesNumber();
    await jumps();
    await isWiped();

    await openManager(page, managerPin);
    await jumps();
    await isWiped();
    expect(await page.evaluate(() => window.countersign.managerStatus())).toMatchObject({
      error: { code: 'manager_locked' },
    });

    await page.keyboard.press('Control+Alt+m');
    await arrives(page, 'pin');
    await page.keyboard.type('482');
    await jumps();
    await isWiped();

    const stage = await Stage.of(application, page);
    await stage.begins('young', 'en');
    await page.locator('button', { hasText: say['attract.start'] }).click();
    await page.locator('[data-screen=age] [data-part=answer] button').first().click();
    await press(page, say['guardian.next']);
    await arrives(page, 'attest');
    await page.keyboard.type('482');
    await jumps();
    await isWiped();

    await stage.begins('unpacked', 'en');
    await page.getByLabel(say['setup.code'], { exact: true }).fill('AAAA-BBBB-CCCC');
    await jumps();
    await expect(page.getByLabel(say['setup.code'], { exact: true })).toHaveValue('');
  });
}

test('found 17: before the computer sleeps, and when its screen is locked, everything is wiped', async () => {
  const { application, page } = here.kiosk;
  // No computer sleeps here: what the operating system would say is said in its place.
  const says = (event: 'suspend' | 'lock-screen') =>
    application.evaluate(({ powerMonitor }, name) => void powerMonitor.emit(name), event);
  await typesNumber();
  await says('suspend');
  await isWiped();
  await openManager(page, managerPin);
  await says('lock-screen');
  await isWiped();
  expect(await page.evaluate(() => window.countersign.managerStatus())).toMatchObject({ ok: false });
});

/** In the page: as when the computer has slept, or somebody has set its clock. */
function jumpClock(milliseconds: number): void {
  const now = Date.now;
  Date.now = () => now() + milliseconds;
}

/** In the page: notes of every frame what it is about to paint. */
function watchFrames(digits: string): void {
  const frames: { gap: number; shown: boolean }[] = [];
  Object.assign(window, { frames });
  let last = performance.now();
  const note = () => {
    const now = performance.now();
    frames.push({ gap: now - last, shown: document.body.innerText.includes(digits) });
    last = now;
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
}
