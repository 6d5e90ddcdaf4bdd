import { expect, test } from '@playwright/test';
import { Keyboard } from './support/keyboard.ts';
import { oneShop } from './support/one-shop.ts';
import { managerPin, recordsOf } from './support/shop.ts';

const here = oneShop();

test('rule 20: a keyboard alone leaves a number: country, privacy notice, a box, save, finish', async () => {
  const { page } = here.kiosk;
  const keyboard = new Keyboard(page);
  await keyboard.presses('Leave my number');
  await keyboard.arrivesAt('number');

  await keyboard.presses(/^Country:.*United Kingdom.*44$/);
  await keyboard.arrivesAt('country');
  await keyboard.goesTo('Search by name or code');
  await keyboard.types('franc');
  await expect(page.getByRole('option').first()).toContainText('France');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('[data-screen=country]').waitFor({ state: 'detached' });
  await expect(page.getByRole('button', { name: /^Country:.*France.*33$/ })).toBeVisible();

  await keyboard.types('0612345679');
  await page.keyboard.press('Backspace');
  await keyboard.types('8');
  await expect(page.getByLabel('Phone number')).toHaveText('06 12 34 56 78');
  await page.keyboard.press('Enter');
  await keyboard.arrivesAt('choices');

  await keyboard.presses('Read the full privacy notice');
  await keyboard.arrivesAt('privacy_notice');
  const text = page.getByRole('region', { name: 'How Alder & Pine uses your number' });
  await keyboard.goesTo('How Alder & Pine uses your number');
  await page.keyboard.press('End');
  await expect.poll(() => text.evaluate((element) => element.scrollTop)).toBeGreaterThan(0);
  await keyboard.presses('Back to my choices');
  await page.locator('[data-screen=privacy_notice]').waitFor({ state: 'detached' });
  await expect(page.locator(':focus')).toHaveText('Read the full privacy notice');

  await keyboard.presses('Text me about my coffee card', 'Space');
  await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(1);
  await keyboard.presses('Save my number');
  await page.locator('[data-screen=confirm]').getByLabel('Code from the text').waitFor();
  await keyboard.presses('Text me later instead');
  await keyboard.arrivesAt('saved');
  await keyboard.presses('Finish now');
  await keyboard.arrivesAt('attract');
  await expect.poll(() => recordsOf(here.shop.server, '+33612345678')).toHaveLength(1);
});

test('rule 20: a keyboard alone changes the language and the contrast and goes on without a number', async () => {
  const { page } = here.kiosk;
  const keyboard = new Keyboard(page);
  await keyboard.presses('العربية', 'Space');
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await keyboard.presses('English', 'Space');
  await expect(page.locator('html')).toHaveAttribute('dir', 'ltr');
  await keyboard.presses('High contrast', 'Space');
  await expect(page.locator('html')).toHaveAttribute('data-contrast', 'high');

  await keyboard.presses('Leave my number');
  await keyboard.arrivesAt('number');
  await keyboard.types('07400');
  await keyboard.presses('Continue without a number');
  await keyboard.arrivesAt('goodbye');
  await keyboard.presses('Finish now');
  await keyboard.arrivesAt('attract');
  await expect(page.locator('html'), 'the next customer finds the shop as it is').toHaveAttribute(
    'data-contrast',
    'standard',
  );
});

test('rule 20: the keypad answers to a keyboard', async () => {
  const { page } = here.kiosk;
  const keyboard = new Keyboard(page);
  await keyboard.presses('Leave my number');
  await keyboard.arrivesAt('number');
  for (const digit of ['0', '7', '4']) await keyboard.presses(digit, 'Space');
  await keyboard.presses('Delete the last digit', 'Space');
  await expect(page.getByLabel('Phone number')).toHaveText('07');
  await page.keyboard.press('Escape');
  await keyboard.arrivesAt('goodbye');
  await keyboard.presses('Finish now');
  await keyboard.arrivesAt('attract');
});

test('rule 20: a keyboard alone opens the manager screen, syncs, keeps the kiosk and leaves', async () => {
  const { page } = here.kiosk;
  const keyboard = new Keyboard(page);
  await page.keyboard.press('Control+Alt+m');
  await keyboard.arrivesAt('pin');
  await keyboard.types(managerPin);
  await keyboard.presses('Open the manager screen');
  await keyboard.arrivesAt('manager');
  await here.shop.closeServer();
  await keyboard.presses('Sync now');
  const manager = page.locator('[data-screen=manager]');
  await expect(manager).toContainText('There is no connection right now.');
  await here.shop.openServer();
  await keyboard.presses('Sync now');
  await expect(manager).not.toContainText('There is no connection right now.');
  await keyboard.presses('Reset this kiosk');
  await keyboard.arrivesAt('reset');
  await keyboard.presses('Keep this kiosk as it is');
  await page.locator('[data-screen=reset]').waitFor({ state: 'detached' });
  await keyboard.presses('Leave');
  await keyboard.arrivesAt('attract');
});
