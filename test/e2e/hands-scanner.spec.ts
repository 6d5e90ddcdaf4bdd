import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { Customer, words } from './support/customer.ts';
import { sendKeys } from './support/keyboard.ts';
import { countRecords } from './support/kiosk-file.ts';
import { oneShop } from './support/one-shop.ts';
import { SeededRandom } from './support/random.ts';
import { countQuick, recordKeys } from './support/scanner.ts';
import { beginsAnew } from './support/screens.ts';
import { workerDisplay } from './support/worker-display.ts';

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
