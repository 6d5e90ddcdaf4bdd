import { expect, test } from '@playwright/test';
import { Customer } from './support/customer.ts';
import { openManager } from './support/manager.ts';
import { managerPin, recordsOf, Shop } from './support/shop.ts';

let shop: Shop;
test.beforeEach(() => {
  shop = new Shop();
});
test.afterEach(() => shop.end());

test('a number captured while the server is down survives a power cut and is countersigned once the server is back', async () => {
  const first = await shop.openEnrolledKiosk();
  await shop.closeServer();
  const receipt = await new Customer(first.page).leavesNumber('07400123456');
  await first.kill();

  const second = await shop.openKiosk();
  await second.page.locator('[data-screen=attract]').waitFor();
  const server = await shop.openServer();
  await expect.poll(() => recordsOf(server, '+447400123456'), { timeout: 40_000 }).toHaveLength(1);
  const [record] = await recordsOf(server, '+447400123456');
  expect(record).toMatchObject({ receiptCode: receipt, state: 'opened', language: 'en' });
  expect(record?.choices.filter(({ answer }) => answer === 'granted')).toHaveLength(1);

  const manager = await openManager(second.page, managerPin);
  await expect(manager).toContainText('The one record is at head office', { timeout: 15_000 });
  await expect(manager).toContainText(receipt);
});
