import { expect, test } from '@playwright/test';
import { Customer, words } from './support/customer.ts';
import { codeFor, consentsOf } from './support/head-office.ts';
import { Keyboard, NumberPad } from './support/keyboard.ts';
import { oneShop } from './support/one-shop.ts';
import { arrives, press, screenOf } from './support/screens.ts';
import { Switch } from './support/switch.ts';

const say = words.en;
const patient = { idleWarningSeconds: 120, idleCountdownSeconds: 60, savedSeconds: 120 };

// Five digits are a mobile number on Saint Helena: a single switch takes some seconds for each.
const here = oneShop({ timeouts: patient, country: 'SH' });
test.afterEach(async () => {
  // A failed test leaves its customer behind.
  await here.kiosk.page.reload();
  await arrives(here.kiosk.page, 'attract');
});

test('rule 20: the keys of a number pad alone leave a number, confirm it and finish', async () => {
  const { page } = here.kiosk;
  const pad = new NumberPad(page);
  // The help is opened and closed on the way, as soon as it is there.
  await expect(async () => {
    await pad.types('*');
    await expect(screenOf(page, 'help')).toBeVisible({ timeout: 500 });
  }).toPass();
  await pad.types('*');
  await expect(screenOf(page, 'help')).toHaveCount(0);
  await pad.chooses();
  await pad.presses(say['attract.start']);
  await arrives(page, 'number');
  await pad.types('512349');
  await pad.types('-');
  await expect(page.getByLabel(say['number.field'])).toHaveText('51234');
  await pad.types('\r');
  await arrives(page, 'choices');
  const label = (await page.locator('[data-box] strong').first().textContent()) ?? '';
  await pad.presses(label);
  await expect(page.getByRole('checkbox').first()).toBeChecked();
  await pad.presses(say['choices.save']);
  await page.getByLabel(say['confirm.field']).waitFor();
  await pad.types(await codeFor(here.shop.server, '+29051234'));
  await pad.types('\r');
  await arrives(page, 'saved');
  await expect(screenOf(page, 'saved')).toContainText(say['saved.confirmed']);
  await pad.presses(say['saved.finish']);
  await arrives(page, 'attract');
  expect(await consentsOf(here.shop.server, '+29051234')).toMatchObject([
    { verification: 'confirmed', choices: [{ answer: 'granted', inputModality: 'number_pad' }, {}, {}] },
  ]);
});

test('rule 20: a single switch alone leaves a number, from the first screen to the last', async () => {
  test.setTimeout(240_000);
  const { page } = here.kiosk;
  const aSwitch = new Switch(page);
  // Somebody helped to set this up; from here on there is the switch.
  await press(page, say['help.open']);
  await press(page, '1 second');
  await aSwitch.presses(say['help.close']);
  await aSwitch.presses(say['attract.start']);
  await arrives(page, 'number');
  for (const digit of '55665') await aSwitch.presses(digit);
  await expect(page.getByLabel(say['number.field'])).toHaveText('55665');
  await aSwitch.presses(say['number.next']);
  await arrives(page, 'choices');
  await aSwitch.presses((await page.locator('[data-box] strong').first().textContent()) ?? '');
  await expect(page.getByRole('checkbox').first()).toBeChecked();
  await aSwitch.presses(say['choices.save']);
  await arrives(page, 'confirm');
  await aSwitch.presses(say['confirm.later']);
  await arrives(page, 'saved');
  await aSwitch.presses(say['saved.finish']);
  await arrives(page, 'attract');
  await expect(page.locator('[data-scan]'), 'the next customer finds no frame').toHaveCount(0);
  await expect
    .poll(() => consentsOf(here.shop.server, '+29055665'))
    .toMatchObject([{ choices: [{ answer: 'granted', inputModality: 'switch' }, {}, {}] }]);
});

test('rule 25: in Arabic, by keyboard, with the digits of Arabic: from the first screen to the last, right to left', async () => {
  const { page } = here.kiosk;
  const arabic = words.ar;
  const native = (digits: string) => [...digits].map((digit) => '٠١٢٣٤٥٦٧٨٩'[Number(digit)]).join('');
  const keyboard = new Keyboard(page);
  const comes = async (screen: string) => {
    await keyboard.arrivesAt(screen);
    await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
    // Until it stands: one screen may take the place of another of the same name.
    const beginsAt = () => screenOf(page, screen).evaluate(inScreenWidths);
    await expect.poll(beginsAt, `${screen} begins on the right`).toBeGreaterThan(0.5);
  };
  await new Customer(page).speaks('ar');
  await keyboard.presses(arabic['attract.start']);
  await comes('number');
  await keyboard.typesNative(native('56789'));
  await expect(page.locator('[data-screen=number] [role=textbox]')).toHaveText('56789');
  await page.keyboard.press('Enter');
  await comes('choices');
  await keyboard.presses((await page.locator('[data-box] strong').first().textContent()) ?? '', 'Space');
  await keyboard.presses(arabic['choices.save']);
  await comes('confirm');
  await page.getByLabel(arabic['confirm.field']).waitFor();
  await keyboard.typesNative(native(await codeFor(here.shop.server, '+29056789')));
  await page.keyboard.press('Enter');
  await comes('saved');
  await expect(screenOf(page, 'saved')).toContainText(arabic['saved.confirmed']);
  await keyboard.presses(arabic['saved.finish']);
  await arrives(page, 'attract');
  expect(await consentsOf(here.shop.server, '+29056789')).toMatchObject([
    { language: 'ar', verification: 'confirmed' },
  ]);
});

/** In the page: where the heading has its right edge. */
function inScreenWidths(screen: Element): number {
  const heading = screen.querySelector('h1') ?? screen;
  return heading.getBoundingClientRect().right / innerWidth;
}
