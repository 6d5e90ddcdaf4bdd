import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { saveAll, syncOnce } from './support/bridge.ts';
import { Customer, words } from './support/customer.ts';
import { countRecords } from './support/kiosk-file.ts';
import { openManager } from './support/manager.ts';
import { press } from './support/screens.ts';
import { managerPin, Shop } from './support/shop.ts';

const say = words.en;

let shop: Shop;
test.beforeEach(() => {
  shop = new Shop();
});
test.afterEach(() => shop.end());

test('found 32: a revoked kiosk says so on both screens, takes nothing more, and is reset in two steps', async () => {
  const { page } = await shop.openEnrolledKiosk();
  await shop.closeServer();
  await saveAll(page, ['+447400313001', '+447400313002']);
  const server = await shop.openServer();
  const fleet = async () =>
    (await server.askAsHeadOffice('GET', '/v1/kiosks')) as { kiosks: { id: string; revokedAt: string | null }[] };
  const [kiosk] = (await fleet()).kiosks;
  await server.askAsHeadOffice('POST', `/v1/kiosks/${kiosk?.id}/revoke`, {});

  const manager = await openManager(page, managerPin);
  // It finds out by itself, sooner or later; then there is nothing to press any more.
  const sync = page.getByRole('button', { name: say['manager.sync'], exact: true });
  await sync.click({ timeout: 5_000 }).catch(() => undefined);
  await expect(manager).toContainText(say['manager.result.revoked'], { timeout: 40_000 });
  await expect(sync).toHaveCount(0);
  await expect(manager).toContainText('2 records wait here');
  await press(page, say['manager.leave']);
  const stopped = page.locator('[data-screen=stopped]');
  await expect(stopped).toContainText(say['stopped.revoked']);
  await expect(stopped).toContainText(say['stopped.text']);
  const { alarms } = (await server.askAsHeadOffice('GET', '/v1/alarms')) as { alarms: { code: string }[] };
  expect(alarms.map(({ code }) => code)).toContain('revoked_kiosk_in_use');

  await openManager(page, managerPin);
  await press(page, say['manager.reset']);
  await page.locator('[data-screen=reset]').getByRole('button', { name: say['manager.reset.confirm'] }).click();
  const second = page.locator('[data-screen=reset_discard]');
  await expect(second).toContainText('Delete 2 records that head office does not have?');
  expect(countRecords(shop.kioskData), 'nothing is deleted yet').toBe(2);
  await second.getByRole('button', { name: say['manager.reset.keep'] }).click();
  expect(countRecords(shop.kioskData)).toBe(2);
  await press(page, say['manager.reset']);
  await page.locator('[data-screen=reset]').getByRole('button', { name: say['manager.reset.confirm'] }).click();
  await second.getByRole('button', { name: 'Delete 2 records for good' }).click();
  await page.locator('[data-screen=setup]').waitFor();
  expect(countRecords(shop.kioskData)).toBe(0);
  const log = readFileSync(join(shop.kioskData, 'kiosk.log'), 'utf8');
  expect(log, 'what was thrown away stays in the log').toMatch(/kiosk reset.*"revoked":true.*"unsent":2/);
  expect((await fleet()).kiosks.map(({ revokedAt }) => revokedAt === null)).toEqual([false]);
});

test('found 32: a customer who is in the middle when the kiosk is switched off is promised nothing', async () => {
  const { page } = await shop.openEnrolledKiosk();
  const customer = new Customer(page);
  await customer.begins();
  const { kiosks } = (await shop.server.askAsHeadOffice('GET', '/v1/kiosks')) as { kiosks: { id: string }[] };
  await shop.server.askAsHeadOffice('POST', `/v1/kiosks/${kiosks[0]?.id}/revoke`, {});
  await customer.taps('07400313003');
  await customer.goesToChoices();
  await customer.ticks(0);
  expect(await syncOnce(page, managerPin)).toMatchObject({ resultCode: 'kiosk_revoked' });
  await expect(page.locator('[data-screen=choices]'), 'nobody is thrown out').toBeVisible();
  await press(page, say['choices.save']);
  const problem = page.locator('[data-screen=problem]');
  await expect(problem).toContainText(say['problem.title']);
  await expect(problem).toContainText(say['problem.not_enrolled']);
  await expect(problem.getByRole('button', { name: say['problem.retry'] })).toHaveCount(0);
  expect(countRecords(shop.kioskData)).toBe(0);
  await press(page, say['common.withoutNumber']);
  await page.locator('[data-screen=stopped]').waitFor({ timeout: 40_000 });
});
