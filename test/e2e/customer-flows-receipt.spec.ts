import { expect, test } from '@playwright/test';
import jsQR from 'jsqr';
import { configurationOf } from './support/bridge.ts';
import { Customer, words } from './support/customer.ts';
import { consentOn, consentsOf } from './support/head-office.ts';
import { oneShop } from './support/one-shop.ts';
import { arrives, press, screenOf } from './support/screens.ts';

const say = words.en;

const here = oneShop();

/** From now on the kiosk's main process notes the addresses of the pages that its answers name. */
function noteManagePages(): Promise<void> {
  return here.kiosk.application.evaluate(({ ipcMain }) => {
    type Handler = (...given: unknown[]) => Promise<{ value?: { manageUrl?: string } }>;
    // Electron offers no other way to listen to an answer; without this map the test fails here.
    const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, Handler> })._invokeHandlers;
    const save = handlers.get('capture:save');
    if (save === undefined) throw new Error('nothing answers capture:save');
    handlers.set('capture:save', async (...given) => {
      const answer = await save(...given);
      process.env.TEST_MANAGE_URL = answer.value?.manageUrl ?? '';
      return answer;
    });
  });
}

const notedPage = (): Promise<string> => here.kiosk.application.evaluate(() => process.env.TEST_MANAGE_URL ?? '');

/** What a phone reads that looks at the kiosk's screen. */
async function scanned(): Promise<string | undefined> {
  const picture = await here.kiosk.application.evaluate(async ({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const image = await window?.webContents.capturePage();
    return { ...image?.getSize(), pixels: image?.toBitmap().toString('base64') ?? '' };
  });
  const { width = 0, height = 0, pixels } = picture;
  return jsQR(new Uint8ClampedArray(Buffer.from(pixels, 'base64')), width, height)?.data;
}

const plain = (page: string): string =>
  page
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ');

test('rule 6: the square code on the receipt opens the page that shows what was agreed to, in the words of the screen, and stops it', async () => {
  const { page } = here.kiosk;
  const customer = new Customer(page);
  await noteManagePages();
  await customer.begins();
  await customer.taps('07400610101');
  await customer.goesToChoices();
  const { languages, notices, privacyNotices } = await configurationOf(page);
  const boxes = notices.filter(({ notice }) => notice.language === languages[0]).flatMap(({ notice }) => notice.boxes);
  for (const { label, sentence } of boxes) {
    await expect(screenOf(page, 'choices')).toContainText(label);
    await expect(screenOf(page, 'choices')).toContainText(sentence);
  }
  await customer.ticks(1);
  const receiptCode = await customer.saves();
  await screenOf(page, 'saved').getByRole('img', { name: say['saved.qr'] }).waitFor();
  const address = await notedPage();
  expect(address).toMatch(new RegExp(`^${here.shop.server.url}/m/[\\w-]{22}$`));
  expect(await scanned()).toBe(address);
  await expect(screenOf(page, 'saved')).toContainText(new URL(address).host);
  await expect(screenOf(page, 'saved')).toContainText(say['saved.stop']);
  await customer.finishes();

  const kept = await consentOn(here.shop.server, '+447400610101', receiptCode);
  expect(kept, 'how, in which language, which texts').toMatchObject({
    collectionMethod: 'self_service',
    language: languages[0],
    notices: notices.filter(({ notice }) => notice.language === languages[0]),
    privacyNotice: { hash: privacyNotices.find(({ notice }) => notice.language === languages[0])?.hash },
    storeId: 'leeds-01',
  });
  expect(Math.abs(Date.parse(kept.deviceTime) - Date.now()), 'when').toBeLessThan(60_000);
  expect(kept.choices.map(({ answer }) => answer)).toEqual(boxes.map((_, box) => (box === 1 ? 'granted' : 'declined')));
  const before = plain(await (await fetch(address)).text());
  for (const [box, { label, sentence }] of boxes.entries()) {
    expect(before).toContain(`${box === 1 ? 'You said yes' : 'You said no'} ${label} ${sentence}`);
  }
  expect(before).toContain('Given on our screen');
  expect(before).toContain(receiptCode);
  expect(before, 'the page names nobody').not.toContain('7400610101');

  expect(
    plain(await (await fetch(`${address.slice(0, -1)}${address.endsWith('A') ? 'Q' : 'A'}`)).text()),
  ).not.toContain(receiptCode);
  const after = await fetch(`${address}/withdraw`, { method: 'POST', body: new URLSearchParams() });
  expect(after.url).toBe(address);
  expect(plain(await after.text())).toContain('Stopped');
  expect(await consentsOf(here.shop.server, '+447400610101')).toMatchObject([{ receiptCode, state: 'withdrawn' }]);
});

test('a request to stop gives a receipt code and no page', async () => {
  const { page } = here.kiosk;
  await press(page, say['attract.stop']);
  await new Customer(page).taps('07400620202');
  await press(page, say['stop.next']);
  await press(page, say['stop.yes']);
  await arrives(page, 'stop_saved');
  await expect(screenOf(page, 'stop_saved').locator('bdi')).toHaveText(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await expect(screenOf(page, 'stop_saved').getByRole('img')).toHaveCount(0);
  await new Customer(page).finishes();
});
