import { expect, test } from '@playwright/test';
import { Customer } from './support/customer.ts';
import { countRecords } from './support/kiosk-file.ts';
import { remembers } from './support/memory.ts';
import { oneShop } from './support/one-shop.ts';

const here = oneShop();

test.beforeEach(() => new Customer(here.kiosk.page).begins());
test.afterEach(async () => {
  const customer = new Customer(here.kiosk.page);
  await customer.leavesWithoutNumber();
  await customer.finishes();
  expect(countRecords(here.shop.kioskData), 'nothing of it was stored').toBe(0);
});

async function pastes(text: string): Promise<void> {
  await here.kiosk.application.evaluate(({ clipboard }, copied) => clipboard.writeText(copied), text);
  await here.kiosk.page.keyboard.press('Control+V');
}

/** Goes on with what is typed, and is kept on the screen by these words. */
async function isRefused(refusal: string): Promise<void> {
  await here.kiosk.page.getByRole('button', { name: 'Go to my choices' }).click();
  await expect(here.kiosk.page.getByRole('status')).toHaveText(refusal);
  await expect(here.kiosk.page.locator('[data-screen=number]')).toBeVisible();
}

const field = () => here.kiosk.page.getByLabel('Phone number');

for (const [kind, digits, refusal] of [
  ['nothing', '', 'Type your number first. Or continue without one.'],
  ['too short', '07400', 'This number is 6 digits short (United Kingdom).'],
  ['too long', '074001234567890', 'This number has 4 digits too many (United Kingdom).'],
  ['impossible', '00000000000', 'No mobile has this number (United Kingdom). Please check the digits, or the country.'],
  ['a landline', '02079460000', 'This looks like a landline. Texts need a mobile number.'],
  ['premium', '09061234567', 'People pay extra to call this number. Please type your own mobile number.'],
  ['freephone', '08001111111', 'This is a freephone number. Please type your own mobile number.'],
  ['a service', '07000000000', 'This number belongs to a service. Please type your own mobile number.'],
  ['an emergency number', '999', '999 is an emergency number. Please type your own mobile number.'],
] as const) {
  test(`${kind}, tapped: ${digits}`, async () => {
    await new Customer(here.kiosk.page).taps(digits);
    await isRefused(refusal);
  });
}

test('an unknown country, typed on a keyboard', async () => {
  await here.kiosk.page.keyboard.type('+999123456');
  await isRefused('No country has this code after the plus. Please check the first digits.');
});

test('letters and symbols from a keyboard are no digits', async () => {
  await here.kiosk.page.keyboard.type('07a4-b0(0)1/2;3x4e5E6');
  await expect(field()).toHaveText('07400 123456');
});

test('digits of other scripts from a keyboard are digits', async () => {
  await field().evaluate((input) => {
    for (const key of '٠٧٤٠٠१२३456') input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  });
  await expect(field()).toHaveText('07400 123456');
});

for (const [kind, text] of [
  ['full-width', '０７４００１２３４５６'],
  ['Arabic-Indic', '٠٧٤٠٠١٢٣٤٥٦'],
  ['with emoji and marks', '📞 \u202a(07400)\u202c 12-34·56 ☎️'],
  ['as a link', 'tel:+44-7400-123456'],
] as const) {
  test(`pasted digits, ${kind}, are read, and wiped again`, async () => {
    await pastes(text);
    await expect(field()).toHaveText(/^(07400 123456|\+44 7400 123456)$/);
    const typed = await field().innerText();
    await new Customer(here.kiosk.page).goesToChoices();
    await expect(here.kiosk.page.locator('[data-screen=choices]')).toContainText(typed);
    await new Customer(here.kiosk.page).leavesWithoutNumber();
    expect(await remembers(here.kiosk.page, '7400123456')).toBe(false);
    await new Customer(here.kiosk.page).finishes();
    await new Customer(here.kiosk.page).begins();
  });
}

test('pasted emoji alone are nothing', async () => {
  await new Customer(here.kiosk.page).taps('074');
  await pastes('📞🙂 call me');
  await expect(field()).toHaveText('074');
});

test('a pasted extension is asked to be left out', async () => {
  await pastes('020 7946 0000 ext. 12');
  await expect(here.kiosk.page.getByRole('status')).toHaveText(
    'Please leave out the extension, and type the direct number.',
  );
  await expect(field()).toHaveText('');
});

test('ten thousand pasted digits are refused at once, and nothing of them stays', async () => {
  await pastes('0740012345'.repeat(1000));
  await expect(here.kiosk.page.getByRole('status')).toHaveText(
    'This is longer than any phone number. Please check it.',
  );
  await expect(field()).toHaveText('');
  expect(await remembers(here.kiosk.page, '7400123450740012345')).toBe(false);
});

test('a hundred keys fill the field no further than a number can go', async () => {
  await here.kiosk.page.keyboard.type('0740012345'.repeat(10));
  expect((await field().innerText()).replaceAll(/\D/g, '')).toHaveLength(20);
  await isRefused('This number has 9 digits too many (United Kingdom).');
});
