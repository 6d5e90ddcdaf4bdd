import { expect, type Page, test } from '@playwright/test';
import { Customer, words } from './support/customer.ts';
import { configure } from './support/server-configuration.ts';
import { Shop } from './support/shop.ts';

const say = words.en;
const patient = { idleWarningSeconds: 120, idleCountdownSeconds: 60, savedSeconds: 120 };
const least = 44;

let shop: Shop;
test.beforeEach(() => {
  shop = new Shop();
  configure(shop, { timeouts: patient });
});
test.afterEach(() => shop.end());

const modes = ['as it is', 'large text', 'largest text', 'reach', 'largest text and reach'] as const;

test.describe('rule 21, 23, 24: every size and place of what can be pressed', () => {
  for (const size of ['1280x800', '800x1280'] as const) {
    test(`in every mode at ${size}`, async () => {
      test.setTimeout(180_000);
      const { page } = await shop.openEnrolledKiosk({ size });
      const found: string[] = [];
      for (const mode of modes) {
        const look = async (screen: string) => {
          await page.waitForTimeout(300);
          for (const wrong of await page.evaluate(wrongTargets, { least, low: mode.includes('reach') })) {
            found.push(`${screen}, ${mode}: ${wrong}`);
          }
        };
        await choosesMode(page, mode, look);
        await look('attract');
        const customer = new Customer(page);
        await customer.begins();
        await look('number');
        await page.locator('[data-screen=number] [aria-haspopup=dialog]').first().click();
        await page.getByRole('option').first().waitFor();
        await page.keyboard.press('Escape');
        await customer.taps('07400400001');
        await customer.goesToChoices();
        await look('choices');
        await customer.leavesWithoutNumber();
        await customer.finishes();
        await expect(page.locator('html')).toHaveAttribute('data-text', 'normal');
        await expect(page.locator('html')).toHaveAttribute('data-reach', 'whole');
      }
      expect(found).toEqual([]);
    });
  }
});

test('rule 20: by the keys of a number pad alone, from the first screen to the choices', async () => {
  const { page } = await shop.openEnrolledKiosk();
  const focus = () => page.evaluate(() => document.activeElement?.textContent ?? '');
  // Enter begins where nothing has the focus yet; the help is opened and closed on the way.
  await expect(async () => {
    await page.keyboard.press('NumpadMultiply');
    await expect(page.locator('[data-screen=help]')).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.keyboard.press('NumpadMultiply');
  await expect(page.locator('[data-screen=help]')).toHaveCount(0);
  for (let stop = 0; stop < 20 && (await focus()) !== say['attract.start']; stop++) await page.keyboard.press('2');
  await page.keyboard.press('NumpadEnter');
  await page.locator('[data-screen=number]').waitFor();
  for (const digit of '074004000019') await page.keyboard.press(digit);
  await page.keyboard.press('NumpadSubtract');
  await page.keyboard.press('NumpadEnter');
  await page.locator('[data-screen=choices]').waitFor();
  const box = page.getByRole('checkbox').first();
  for (let stop = 0; stop < 20; stop++) {
    await page.keyboard.press('2');
    if (await box.evaluate((each) => each === document.activeElement)) break;
  }
  await page.keyboard.press('NumpadEnter');
  await expect(box).toBeChecked();
});

async function choosesMode(page: Page, mode: (typeof modes)[number], look: (screen: string) => Promise<void>) {
  await page.getByRole('button', { name: say['help.open'], exact: true }).click();
  const help = page.locator('[data-screen=help]');
  await help.waitFor();
  if (mode === 'large text') await help.getByRole('button', { name: say['help.textLarge'], exact: true }).click();
  if (mode.includes('largest')) await help.getByRole('button', { name: say['help.textLargest'], exact: true }).click();
  if (mode.includes('reach')) await help.getByRole('button', { name: say['help.reach'], exact: true }).click();
  await look('help');
  await help.getByRole('button', { name: say['help.close'], exact: true }).click();
  await expect(help).toHaveCount(0);
}

/** In the page: what is too small, cut off, outside the screen, over another one, or out of reach. What scrolls may lie anywhere. */
function wrongTargets({ least, low }: { least: number; low: boolean }): string[] {
  const surface = [...document.querySelectorAll('dialog[open]')].pop() ?? document.querySelector('main');
  const scrolls = (element: Element): boolean => {
    for (let each = element.parentElement; each !== null; each = each.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(each).overflowY)) return true;
    }
    return false;
  };
  const wrong: string[] = [];
  const fixed: { name: string; box: DOMRect }[] = [];
  for (const control of surface?.querySelectorAll<HTMLElement>('button, label[data-box]') ?? []) {
    const box = control.getBoundingClientRect();
    const name = (control.getAttribute('aria-label') ?? control.textContent ?? '').slice(0, 30);
    if (box.width === 0) continue;
    if (box.width < least || box.height < least) wrong.push(`${name} is ${box.width} x ${box.height}`);
    if (control.scrollWidth > control.clientWidth + 2) wrong.push(`${name} is cut off`);
    if (box.left < -1 || box.right > innerWidth + 1) wrong.push(`${name} is beside the screen`);
    if (scrolls(control)) continue;
    if (box.top < -1 || box.bottom > innerHeight + 1) wrong.push(`${name} is outside the screen`);
    if (low && box.top < innerHeight / 2 - 1) wrong.push(`${name} is in the upper half`);
    for (const other of fixed) {
      const apart =
        box.left >= other.box.right - 1 ||
        box.right <= other.box.left + 1 ||
        box.top >= other.box.bottom - 1 ||
        box.bottom <= other.box.top + 1;
      if (!apart) wrong.push(`${name} lies over ${other.name}`);
    }
    fixed.push({ name, box });
  }
  return wrong;
}
