import { expect, test } from '@playwright/test';
import { configurationOf } from './support/bridge.ts';
import { Customer, spokenLanguages, words } from './support/customer.ts';
import { countRecords } from './support/kiosk-file.ts';
import { heapHolds, remembers } from './support/memory.ts';
import { oneShop } from './support/one-shop.ts';
import { configure } from './support/server-configuration.ts';
import { recordsOf, Shop } from './support/shop.ts';

const here = oneShop();

test('nothing is ticked beforehand in any language, and saving without a tick saves nothing', async () => {
  const { page } = here.kiosk;
  const configuration = await configurationOf(page);
  const languages = spokenLanguages.filter((language) => configuration.languages.includes(language));
  expect(languages).toHaveLength(configuration.languages.length);
  for (const language of languages) {
    const customer = new Customer(page);
    await customer.speaks(language);
    await customer.begins();
    await customer.taps('07400200001');
    await customer.goesToChoices();
    const boxes = configuration.notices
      .filter(({ notice }) => notice.language === language)
      .flatMap(({ notice }) => notice.boxes);
    const ticks = () =>
      page
        .getByRole('checkbox')
        .evaluateAll((all) => (all as HTMLInputElement[]).map((each) => each.checked || each.indeterminate));
    expect(await ticks()).toEqual(boxes.map(() => false));

    await page.getByRole('button', { name: words[language]['choices.save'] }).click();
    await expect(page.locator('[data-screen=choices]')).toContainText(words[language]['choices.nudge']);
    expect(await ticks()).toEqual(boxes.map(() => false));
    await customer.leavesWithoutNumber();
    await customer.finishes();
  }
  expect(countRecords(here.shop.kioskData)).toBe(0);
});

test('continuing without a number, from either screen, leaves no record and no number', async () => {
  const { page } = here.kiosk;
  const customer = new Customer(page);
  await customer.begins();
  await customer.taps('07400200002');
  expect(await remembers(page, '7400200002'), 'while it is on the screen').toBe(true);
  await customer.leavesWithoutNumber();
  expect(await remembers(page, '7400200002')).toBe(false);
  await customer.finishes();

  await customer.begins();
  await customer.taps('07400200002');
  await customer.goesToChoices();
  expect(await remembers(page, '7400200002'), 'while it is on the screen').toBe(true);
  await customer.ticks(0);
  expect(await remembers(page, '7400200002'), 'people standing by need not read it').toBe(false);
  await customer.leavesWithoutNumber();
  await expect(page.locator('[data-screen=goodbye]')).toContainText('No number was kept.');
  expect(await remembers(page, '7400200002')).toBe(false);
  expect(await heapHolds(page, '7400200002')).toBe(0);
  await customer.finishes();
  expect(countRecords(here.shop.kioskData)).toBe(0);
  expect(await recordsOf(here.shop.server, '+447400200002')).toEqual([]);
});

test('a double click and a burst of clicks on save give one record each', async () => {
  const { page } = here.kiosk;
  const customer = new Customer(page);
  const before = countRecords(here.shop.kioskData);
  const choosing = async (number: string) => {
    await customer.begins();
    await customer.taps(number);
    await customer.goesToChoices();
    await customer.ticks(0);
    return page.getByRole('button', { name: 'Save my number' });
  };
  await (await choosing('07400200003')).dblclick();
  await customer.finishes();
  await (await choosing('07400200004')).evaluate((button: HTMLElement) => {
    for (let click = 0; click < 20; click++) button.click();
  });
  await customer.finishes();

  expect(countRecords(here.shop.kioskData)).toBe(before + 2);
  for (const number of ['+447400200003', '+447400200004']) {
    await expect.poll(() => recordsOf(here.shop.server, number)).toHaveLength(1);
  }
});

test('once it is saved the page has forgotten the number, in its memory too', async () => {
  const { page } = here.kiosk;
  const customer = new Customer(page);
  await customer.begins();
  await customer.taps('07400200005');
  await customer.goesToChoices();
  expect(await heapHolds(page, '7400200005'), 'while it is on the screen').toBeGreaterThan(0);
  await customer.ticks(0);
  await customer.saves();
  expect(await remembers(page, '7400200005')).toBe(false);
  expect(await heapHolds(page, '7400200005')).toBe(0);
  await customer.finishes();
});

test('an idle customer is warned and kept by one tap; a customer who left is wiped from every screen', async () => {
  test.setTimeout(120_000);
  const impatient = new Shop();
  configure(impatient, { timeouts: { idleWarningSeconds: 5, idleCountdownSeconds: 20, savedSeconds: 45 } });
  try {
    const { page } = await impatient.openEnrolledKiosk();
    const customer = new Customer(page);
    const warning = page.locator('[data-screen=idle_warning]');
    await customer.begins();
    await customer.taps('07400200006');
    await warning.waitFor();
    await expect(warning).toContainText('Are you still there?');
    await page.getByRole('button', { name: 'I am still here' }).click();
    await warning.waitFor({ state: 'detached' });
    expect(await remembers(page, '7400200006'), 'one tap keeps everything').toBe(true);

    await page.locator('[data-screen=attract]').waitFor({ timeout: 40_000 });
    expect(await remembers(page, '7400200006')).toBe(false);

    await customer.begins();
    await expect(page.getByLabel('Phone number')).toHaveText('');
    await customer.taps('07400200006');
    await customer.goesToChoices();
    await customer.ticks(0);
    await page.locator('[data-screen=attract]').waitFor({ timeout: 40_000 });
    expect(await remembers(page, '7400200006')).toBe(false);
    expect(await heapHolds(page, '7400200006')).toBe(0);

    await customer.begins();
    await customer.taps('07400200007');
    await customer.goesToChoices();
    await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(0);
    expect(countRecords(impatient.kioskData)).toBe(0);
  } finally {
    await impatient.end();
  }
});
