import { setTimeout as delay } from 'node:timers/promises';
import { expect, type Page, test } from '@playwright/test';
import { Customer } from './support/customer.ts';
import { countRecords, readKioskDatabase } from './support/kiosk-file.ts';
import { openManager } from './support/manager.ts';
import { managerPin, recordsOf, Shop } from './support/shop.ts';

let shop: Shop;
test.beforeEach(() => {
  shop = new Shop();
});
test.afterEach(() => shop.end());

async function resets(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Reset this kiosk' }).click();
  const dialog = page.locator('[data-screen=reset]');
  await dialog.waitFor();
  await dialog.getByRole('button', { name: 'Yes, delete everything here' }).click();
}

test('a reset is refused while a record is only here, works after the sync, and the kiosk joins again by its setup screen', async () => {
  const { page } = await shop.openEnrolledKiosk();
  await shop.closeServer();
  const customer = new Customer(page);
  await customer.leavesNumber('07400300001');
  await customer.finishes();

  const manager = await openManager(page, managerPin);
  await expect(manager).toContainText('1 record waits here');
  await resets(page);
  await expect(manager.getByRole('alert')).toHaveText('Not reset: 1 record is only on this kiosk. Sync first.');
  expect(countRecords(shop.kioskData)).toBe(1);

  const server = await shop.openServer();
  await manager.getByRole('button', { name: 'Sync now' }).click();
  await expect(manager).toContainText('The one record is at head office');
  await page.getByRole('button', { name: 'Reset this kiosk' }).click();
  await page.getByRole('button', { name: 'Keep this kiosk as it is' }).click();
  expect(countRecords(shop.kioskData), 'the way back deletes nothing').toBe(1);
  await resets(page);
  await page.locator('[data-screen=setup]').waitFor();
  expect(countRecords(shop.kioskData)).toBe(0);
  const documents = readKioskDatabase(shop.kioskData, (database) => database.prepare('SELECT * FROM documents').all());
  expect(documents, 'no key, no PIN, no configuration').toEqual([]);
  expect(await recordsOf(server, '+447400300001')).toHaveLength(1);

  await joinsBySetupScreen(page);
  await new Customer(page).leavesNumber('07400300002');
  await expect.poll(() => recordsOf(server, '+447400300002')).toHaveLength(1);
});

/** Each mistake first, then the right form. */
async function joinsBySetupScreen(page: Page): Promise<void> {
  const code = await shop.server.createEnrolmentCode('leeds-01');
  const setup = page.locator('[data-screen=setup]');
  const fills = async (form: Record<string, string>) => {
    for (const [label, value] of Object.entries(form)) await setup.getByLabel(label, { exact: true }).fill(value);
    await setup.getByRole('button', { name: 'Join this kiosk to head office' }).click();
  };
  const address = 'Server address';
  const oneTimeCode = 'One-time code';
  const [pin, pinAgain] = ['Manager PIN, 6 to 12 digits', 'The same PIN again'];

  await fills({ [address]: 'head office', [pin]: '1234' });
  await expect(setup).toContainText('This is not a server address.');
  await expect(setup).toContainText('Type the one-time code from head office.');
  await expect(setup).toContainText('The PIN needs 6 to 12 digits, and nothing else.');
  await fills({
    [address]: 'http://consent.example.com',
    [oneTimeCode]: code,
    [pin]: managerPin,
    [pinAgain]: '482914',
  });
  await expect(setup).toContainText('The two PINs are not the same.');
  const alert = setup.getByRole('alert');
  await fills({ [pinAgain]: managerPin });
  await expect(alert).toContainText('The address has to begin with https:// so that nobody can listen in.');
  await fills({ [address]: 'http://127.0.0.1:9' });
  await expect(alert).toHaveText('The server does not answer. Check the network and the address.');
  await fills({ [address]: shop.server.url, [oneTimeCode]: 'AAAA-BBBB-CCCC' });
  await expect(alert).toHaveText(
    'Head office does not accept this code. It may be used or too old. Ask for a new one.',
  );
  expect(countRecords(shop.kioskData)).toBe(0);

  await fills({ [oneTimeCode]: code });
  await page.locator('[data-screen=attract]').waitFor();
}

test('the third wrong PIN has to wait, and killing the kiosk does not shorten that', async () => {
  const first = await shop.openEnrolledKiosk();
  const tries = async (page: Page, pin: string) => {
    await page.keyboard.type(pin);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('img', { name: 'No digit typed' })).toBeVisible();
  };
  const words = (page: Page) => page.getByRole('alert');
  await first.page.keyboard.press('Control+Alt+m');
  await first.page.locator('[data-screen=pin]').waitFor();
  for (const pin of ['111111', '222222']) {
    await tries(first.page, pin);
    await expect(words(first.page)).toHaveText('That PIN does not fit.');
  }
  await tries(first.page, '333333');
  await expect(words(first.page)).toContainText('That PIN does not fit. Wait');
  await tries(first.page, managerPin);
  await expect(words(first.page)).toContainText('Wait');
  await expect(first.page.locator('[data-screen=manager]')).toHaveCount(0);
  await first.kill();

  const second = await shop.openKiosk();
  await second.page.locator('[data-screen=attract]').waitFor();
  await second.page.keyboard.press('Control+Alt+m');
  await second.page.locator('[data-screen=pin]').waitFor();
  await tries(second.page, managerPin);
  await expect(words(second.page)).toContainText('Wait');
  const locked = await second.page.evaluate(() => window.countersign.managerStatus());
  expect(locked).toMatchObject({ ok: false, error: { code: 'manager_locked' } });

  await delay(5_500);
  await second.page.keyboard.type(managerPin);
  await second.page.keyboard.press('Enter');
  await expect(second.page.locator('[data-screen=manager]')).toBeVisible();
  await second.page.getByRole('button', { name: 'Leave' }).click();
  const left = await second.page.evaluate(() => window.countersign.managerStatus());
  expect(left).toMatchObject({ ok: false, error: { code: 'manager_locked' } });
});
