import { expect, type Page, test } from '@playwright/test';
import { saveAll } from './support/bridge.ts';
import { words } from './support/customer.ts';
import { openManager } from './support/manager.ts';
import { boxOf, press } from './support/screens.ts';
import { managerPin, Shop } from './support/shop.ts';

const say = words.en;

let shop: Shop;
test.beforeEach(() => {
  shop = new Shop();
});
test.afterEach(() => shop.end());

const numbersOf = (count: number): string[] => Array.from({ length: count }, (_, at) => `+447400${312000 + at}`);

/** What a counter says under its figure, and the figure. */
const counters = (page: Page): Promise<Record<string, string>> =>
  page
    .locator('[data-screen=manager] dl')
    .first()
    .evaluate((list) =>
      Object.fromEntries(
        [...list.querySelectorAll('dt')].map((name) => [
          name.textContent ?? '',
          name.nextElementSibling?.textContent ?? '',
        ]),
      ),
    );

test('found 34 (13): at 800x480 the manager sees three figures and the newest records whole, and the reset last and apart', async () => {
  const { page } = await shop.openEnrolledKiosk({ size: '800x480' });
  await shop.closeServer();
  await saveAll(page, numbersOf(12));
  const manager = await openManager(page, managerPin);
  await expect
    .poll(() => counters(page))
    .toEqual({ 'Waiting here': '12', 'Needs head office': '0', 'At head office': '0' });

  const sync = await boxOf(page.getByRole('button', { name: say['manager.sync'] }));
  const reset = await boxOf(page.getByRole('button', { name: say['manager.reset'] }));
  expect(reset.y - (sync.y + sync.height), 'between Sync now and Reset').toBeGreaterThan(150);
  const controls = manager.locator('button, summary');
  await expect(controls.last(), 'the reset is the last thing that can be pressed').toHaveText(say['manager.reset']);

  const rows = manager.getByRole('row');
  await expect(rows).toHaveCount(6);
  for (const row of await rows.all()) {
    const { y, height } = await boxOf(row);
    expect(y + height, 'a row ends on the screen').toBeLessThanOrEqual(480);
  }
  await press(page, 'Show all 12');
  await expect(rows).toHaveCount(13);
  const cut = await manager.evaluate(
    (screen) =>
      [...screen.querySelectorAll('table, section, dl, details')].filter(
        (each) => each.scrollHeight > each.clientHeight + 1 && getComputedStyle(each).overflowY !== 'visible',
      ).length,
  );
  expect(cut, 'lists that scroll inside the page').toBe(0);
  await rows.last().scrollIntoViewIfNeeded();
  await expect(rows.last()).toBeInViewport({ ratio: 1 });

  const facts = manager.getByText(/^Electron \d/);
  await expect(facts, 'technical facts are folded away').toBeHidden();
  await page.getByText(say['manager.details'], { exact: true }).click();
  await expect(facts).toBeVisible();
});

test("found 34 (13): a sync a moment ago was just now, and dates are written as the shop's country writes them", async () => {
  const { page, application } = await shop.openEnrolledKiosk();
  await saveAll(page, numbersOf(1));
  const manager = await openManager(page, managerPin);
  await press(page, say['manager.sync']);
  await expect(manager.getByRole('status')).toHaveText('The one record is at head office. Last sync just now.');
  const cell = manager.getByRole('cell').nth(1);
  await expect(cell, 'a shop in the United Kingdom').toHaveText(/^\d{1,2} [A-Z][a-z]+ 20\d\d, \d\d:\d\d$/);
  await press(page, say['manager.leave']);

  const state = await page.evaluate(() => window.countersign.state());
  if (!state.ok || state.value.state !== 'ready') throw new Error('the kiosk is not ready');
  const american = { ...state.value, configuration: { ...state.value.configuration, country: 'US' } };
  await application.evaluate(({ BrowserWindow }, told) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.send('event:state', told);
  }, american);
  await openManager(page, managerPin);
  await expect(cell, 'a shop in the United States').toHaveText(/^[A-Z][a-z]+ \d{1,2}, 20\d\d, \d{1,2}:\d\d\s[AP]M$/);
});
