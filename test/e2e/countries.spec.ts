import { expect, test } from '@playwright/test';
import { Customer, words } from './support/customer.ts';
import { countRecords } from './support/kiosk-file.ts';
import { oneShop } from './support/one-shop.ts';
import { arrives, beginsAnew, press, screenOf } from './support/screens.ts';

const say = words.en;
/** The demo shop stands in Britain; this one takes numbers of four countries, and texts three of them. */
const here = oneShop({ countries: { accepted: ['GB', 'FR', 'IE', 'DE'], texted: ['GB', 'FR', 'IE'] } });
test.beforeEach(() => beginsAnew(here.kiosk.page));

const page = () => here.kiosk.page;
const country = (screen = 'number') => screenOf(page(), screen).locator('[aria-haspopup=dialog]');
const field = () => page().getByLabel('Phone number');

async function countriesInTheList(): Promise<string[]> {
  await country(await currentNumberScreen()).click();
  const options = screenOf(page(), 'country').getByRole('option');
  await options.first().waitFor();
  return options.evaluateAll((all) => all.map(({ textContent }) => textContent.replace(/\+\d+$/, '')));
}

async function currentNumberScreen(): Promise<string> {
  const screen = await page().locator('[data-screen$=number]').first().getAttribute('data-screen');
  return screen ?? 'number';
}

async function chooses(name: string): Promise<void> {
  await screenOf(page(), 'country')
    .getByRole('option', { name: new RegExp(`^${name}`) })
    .click();
  await expect(screenOf(page(), 'country')).toHaveCount(0);
}

test('found 11: the country follows the calling code that is typed, and comes back when it is deleted', async () => {
  await new Customer(page()).begins();
  await expect(country()).toContainText('United Kingdom+44');
  await page().keyboard.type('+3');
  await expect(country()).toContainText('United Kingdom+44');
  await page().keyboard.type('3');
  await expect(country()).toContainText('France+33');
  await page().keyboard.type('612345678');
  await expect(field()).toHaveText('+33 6 12 34 56 78');
  await expect(country()).toContainText('France+33');
  for (let key = 0; key < 10; key++) await page().keyboard.press('Backspace');
  await expect(country()).toContainText('United Kingdom+44');
  await page().keyboard.type('3');
  await expect(country()).toContainText('France+33');
});

test('found 11: a country chosen by hand takes the place of the calling code that was typed', async () => {
  await new Customer(page()).begins();
  await page().keyboard.type('0033612');
  await expect(country()).toContainText('France+33');
  await countriesInTheList();
  await expect(screenOf(page(), 'country').getByRole('option', { selected: true })).toContainText('France');
  await chooses('Ireland');
  await expect(country()).toContainText('Ireland+353');
  await expect(field()).toHaveText('+353 61 2');
});

test('found 11: in Arabic the code stands where Arabic readers look for it', async () => {
  const customer = new Customer(page());
  await customer.speaks('ar');
  await customer.begins();
  await page().keyboard.type('+336');
  await expect(country()).toContainText('فرنسا');
  await expect(country().locator('bdi')).toHaveText('+33');
  expect(await country().locator('bdi').getAttribute('dir')).toBe('ltr');
});

test('found 12: the list has the countries that may be texted, and a number of another one is refused in words', async () => {
  await new Customer(page()).begins();
  expect((await countriesInTheList()).sort()).toEqual(['France', 'Ireland', 'United Kingdom']);
  await chooses('France');
  await page().keyboard.type('+4915123456789');
  const refusal = 'We only take numbers from: United Kingdom, France and Ireland.';
  await expect(page().getByRole('status')).toHaveText(refusal);
  await press(page(), say['number.next']);
  await expect(page().getByRole('status')).toHaveText(refusal);
  await expect(screenOf(page(), 'number')).toBeVisible();
  expect(countRecords(here.shop.kioskData)).toBe(0);
});

test('found 12: any number can be stopped, of every country', async () => {
  const before = countRecords(here.shop.kioskData);
  await press(page(), say['attract.stop']);
  await arrives(page(), 'stop_number');
  expect((await countriesInTheList()).length).toBeGreaterThan(200);
  await chooses('Germany');
  await page().keyboard.type('015123456789');
  await press(page(), say['stop.next']);
  await arrives(page(), 'stop_confirm');
  await press(page(), say['stop.yes']);
  await arrives(page(), 'stop_saved');
  expect(countRecords(here.shop.kioskData)).toBe(before + 1);
});
