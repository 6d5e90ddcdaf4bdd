import { setTimeout as delay } from 'node:timers/promises';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { words } from './support/customer.ts';
import { sendKeys } from './support/keyboard.ts';
import { arrives, press, screenOf, smallTargets } from './support/screens.ts';
import { managerPin, Shop } from './support/shop.ts';

const say = words.en;

let shop: Shop;
test.beforeEach(() => {
  shop = new Shop();
});
test.afterEach(() => shop.end());

const keyboardOf = (page: Page): Locator => page.locator('[data-part=keyboard]');

/** By fingers alone: each sign is a key on the screen. */
async function taps(page: Page, text: string): Promise<void> {
  for (const sign of text) await keyboardOf(page).getByRole('button', { name: sign, exact: true }).click();
}

test('found 34 (14): a kiosk of 800x480 is set up without a keyboard, and https:// stands there already', async () => {
  const server = await shop.openServer();
  const code = await server.createEnrolmentCode('leeds-01');
  const { page } = await shop.openKiosk({ size: '800x480' });
  await arrives(page, 'setup');
  const setup = screenOf(page, 'setup');
  const field = (label: string) => setup.getByLabel(label, { exact: true });
  const address = field(say['setup.server']);
  await expect(address).toHaveValue('https://');
  await expect(keyboardOf(page)).toHaveCount(0);

  await address.click();
  await expect(keyboardOf(page)).toBeVisible();
  await expect(address, 'the field is seen above the keyboard').toBeInViewport({ ratio: 1 });
  expect(await smallTargets(page, 'setup'), 'rule 21').toEqual([]);
  await address.press('End');
  await taps(page, 'shop-');
  await expect(address).toHaveValue('https://shop-');
  for (let at = 0; at < 'https://shop-'.length; at++) await press(page, say['keyboard.delete']);
  await taps(page, server.url);
  await expect(address).toHaveValue(server.url);
  await expect(address, 'the field keeps the focus').toBeFocused();

  await field(say['setup.code']).click();
  await taps(page, code.toLowerCase());
  for (const label of ['Manager PIN, 6 to 12 digits', say['setup.pinAgain']]) {
    await field(label).click();
    await taps(page, managerPin);
  }
  await press(page, say['keyboard.hide']);
  await expect(keyboardOf(page)).toHaveCount(0);
  await press(page, say['setup.join']);
  await arrives(page, 'attract');
});

test('found 34 (14): on the set-up screen the keyboard is the one of the language, in Arabic with Latin letters, and never mirrored', async () => {
  const { page } = await shop.openKiosk();
  await arrives(page, 'setup');
  const rows = () =>
    keyboardOf(page).evaluate((keyboard) => {
      const buttons = [...keyboard.querySelectorAll('button')].filter((each) => each.textContent !== '');
      const leftToRight = buttons.every((each, at) => {
        const next = buttons[at + 1];
        if (next === undefined || next.parentElement !== each.parentElement) return true;
        return next.getBoundingClientRect().left > each.getBoundingClientRect().left;
      });
      return { leftToRight, signs: buttons.map((each) => each.textContent).join('') };
    });
  const layouts = { Deutsch: 'qwertzuiop', Français: 'azertyuiop', English: 'qwertyuiop', العربية: 'qwertyuiop' };
  for (const [language, first] of Object.entries(layouts)) {
    await press(page, language);
    await page.locator('#setup-server').click();
    await expect.poll(async () => (await rows()).signs).toContain(`1234567890${first}`);
    const shown = await rows();
    expect(shown.leftToRight, language).toBe(true);
    for (const sign of [...'abcdefghijklmnopqrstuvwxyz0123456789.-:/']) expect(shown.signs, language).toContain(sign);
  }
  await page.keyboard.type('x');
  await expect(keyboardOf(page), 'a real keyboard puts it away').toHaveCount(0);
});

test('found 34 (12): a country is searched by touch: no field before it is wanted, likely countries first, letters of the language', async () => {
  const { page } = await shop.openEnrolledKiosk({ size: '800x480' });
  await press(page, say['attract.start']);
  await arrives(page, 'number');
  const country = screenOf(page, 'country');
  const options = country.getByRole('option');
  const opens = async () => {
    await page.locator('[data-screen=number] [aria-haspopup=dialog]').click();
    await options.first().waitFor();
    await expect(country.locator('input')).toHaveCount(0);
  };
  await opens();
  const names = (await options.allInnerTexts()).slice(0, 5).map((text) => text.split('\n')[0]);
  expect(names[0]).toBe('United Kingdom');
  expect(names.slice(1), "the countries of the shop's languages").toEqual(
    expect.arrayContaining(['United States', 'Spain', 'France', 'Germany']),
  );
  await press(page, say['country.search']);
  await taps(page, 'switz');
  await expect(options).toHaveCount(1);
  await expect(options.first()).toContainText('Switzerland');
  expect(await smallTargets(page, 'country'), 'rule 21').toEqual([]);
  await options.first().click();
  await expect(page.getByRole('button', { name: /^Country:.*Switzerland.*41$/ })).toBeVisible();

  await page.locator('[data-screen=number] nav [aria-expanded]').click();
  await page.getByRole('button', { name: 'العربية' }).click();
  await opens();
  await page.getByRole('button', { name: words.ar['country.search'], exact: true }).click();
  await taps(page, 'مصر');
  await expect(options.first()).toContainText('مصر');
  for (let at = 0; at < 3; at++) await press(page, words.ar['keyboard.delete']);
  await taps(page, '49');
  await expect(options.first()).toContainText('ألمانيا');
});

test('found 34 (12): a letter on a real keyboard begins the search, and is in it', async () => {
  const { page } = await shop.openEnrolledKiosk();
  await press(page, say['attract.start']);
  await arrives(page, 'number');
  await page.locator('[data-screen=number] [aria-haspopup=dialog]').click();
  const country = screenOf(page, 'country');
  await country.getByRole('option').first().waitFor();
  await expect(country.locator('input')).toHaveCount(0);
  await page.keyboard.type('franc', { delay: 120 });
  await expect(country.locator('input')).toHaveValue('franc');
  await expect(keyboardOf(page)).toHaveCount(0);
  await expect(country.getByRole('option').first()).toContainText('France');
});

/** As fast as a device types; the second reading begins while the first is still being told from a hand. */
async function scansTwice(page: Page, text: string): Promise<void> {
  const begin = Date.now() / 1000;
  await sendKeys(
    page,
    [begin, begin + 0.06].flatMap((timestamp) => [...text].map((sign) => ({ key: sign, text: sign, timestamp }))),
  );
  await delay(600);
}

test('found 15: what a scanner reads puts no keyboard of the screen away, a letter of a real keyboard does', async () => {
  const { page } = await shop.openKiosk();
  await arrives(page, 'setup');
  const address = page.locator('#setup-server');
  await address.click();
  await scansTwice(page, 'BADGE-004711');
  await expect(address).toHaveValue('https://');
  await expect(keyboardOf(page), 'on the set-up screen').toBeVisible();
  await page.keyboard.press('End');
  await sendKeys(page, [{ key: '4', text: '4', code: 'Numpad4' }]);
  await expect(address, 'a number pad has no letters, and these are still wanted').toHaveValue('https://4');
  await delay(400);
  await expect(keyboardOf(page)).toBeVisible();
  await page.keyboard.press('a');
  await expect(address).toHaveValue('https://4a');
  await expect(keyboardOf(page)).toHaveCount(0);
});

test('found 15: the same in the search for a country', async () => {
  const { page } = await shop.openEnrolledKiosk();
  await press(page, say['attract.start']);
  await arrives(page, 'number');
  await page.locator('[data-screen=number] [aria-haspopup=dialog]').click();
  await press(page, say['country.search']);
  const sought = screenOf(page, 'country').locator('input');
  await expect(sought).toBeFocused();
  await scansTwice(page, 'BADGE-004711');
  await expect(sought).toHaveValue('');
  await expect(keyboardOf(page)).toBeVisible();
  await page.keyboard.press('f');
  await expect(sought).toHaveValue('f');
  await expect(keyboardOf(page)).toHaveCount(0);
});
