import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { provision } from '../../tools/local/kiosk-process.ts';
import { languageNames, words } from './support/customer.ts';
import { arrives, press, screenOf } from './support/screens.ts';
import { managerPin, Shop } from './support/shop.ts';

let shop: Shop;
test.beforeEach(() => {
  shop = new Shop();
});
test.afterEach(() => shop.end());

test('found 31: a provisioning file with a PIN of four digits stays, the set-up screen says why in each language, and mended it is used', async () => {
  const server = await shop.openServer();
  const form = { serverUrl: server.url, code: await server.createEnrolmentCode('leeds-01'), pin: '4829' };
  provision(shop.kioskData, form);
  const path = join(shop.kioskData, 'provisioning.json');
  const { page } = await shop.openKiosk();
  await arrives(page, 'setup');
  const told = screenOf(page, 'setup').locator('[data-part=file]');
  await expect(told).toContainText('The file provisioning.json was not used');
  await expect(told).toContainText('The field “pin” has to be 6 to 12 digits in quotation marks.');
  await expect(told).toContainText(path);
  for (const language of ['es', 'fr', 'de', 'ar'] as const) {
    await press(page, languageNames[language]);
    await expect(told).toContainText(words[language]['setup.file.title']);
    await expect(told).toContainText(words[language]['setup.file.mend']);
  }
  expect(existsSync(path)).toBe(true);

  writeFileSync(path, JSON.stringify({ ...form, pin: managerPin }));
  await arrives(page, 'attract');
  await expect.poll(() => existsSync(path)).toBe(false);
});

test('found 31: a provisioning file whose server is not there yet is said to be tried again, and then is used', async () => {
  const server = await shop.openServer();
  provision(shop.kioskData, {
    serverUrl: server.url,
    code: await server.createEnrolmentCode('leeds-01'),
    pin: managerPin,
  });
  const path = join(shop.kioskData, 'provisioning.json');
  await shop.closeServer();
  const { page } = await shop.openKiosk();
  const told = screenOf(page, 'setup').locator('[data-part=file]');
  await expect(told).toContainText('The server does not answer. Check the network and the address.');
  await expect(told).toContainText('This kiosk tries again by itself.');
  expect(existsSync(path)).toBe(true);
  await shop.openServer();
  await page.locator('[data-screen=attract]').waitFor({ timeout: 45_000 });
  await expect.poll(() => existsSync(path)).toBe(false);
});
