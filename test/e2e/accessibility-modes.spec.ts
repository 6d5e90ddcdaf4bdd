import { expect, type Page, test } from '@playwright/test';
import { Customer, words } from './support/customer.ts';
import { configure } from './support/server-configuration.ts';
import { Shop } from './support/shop.ts';

const say = words.en;
const patient = { idleWarningSeconds: 120, idleCountdownSeconds: 60, savedSeconds: 120 };
const least = 44;

type Mode = 'as it is' | 'large text' | 'largest text' | 'reach' | 'largest text and reach';

/** Which rule asks for what in which modes. */
const rules: readonly { name: string; modes: readonly Mode[] }[] = [
  { name: 'rule 21: targets are large enough, whole and apart', modes: ['as it is'] },
  { name: 'rule 23: targets stay whole and apart with large text', modes: ['large text', 'largest text'] },
  { name: 'rule 24: everything lies in the lower half of the screen', modes: ['reach', 'largest text and reach'] },
];

for (const size of ['1280x800', '800x1280'] as const) {
  test.describe(() => {
    let shop: Shop;
    let page: Page;
    test.beforeAll(async () => {
      shop = new Shop();
      configure(shop, { timeouts: patient });
      page = (await shop.openEnrolledKiosk({ size })).page;
    });
    test.afterAll(() => shop.end());
    test.beforeEach(async () => {
      // A failed test leaves its customer behind.
      await page.reload();
      await page.locator('[data-screen=attract]').waitFor();
    });

    for (const rule of rules) {
      test(`${rule.name}, at ${size}`, async () => {
        test.setTimeout(120_000);
        const found: string[] = [];
        for (const mode of rule.modes) found.push(...(await wrongOnTheWay(page, mode)));
        expect(found).toEqual([]);
      });
    }
  });
}

async function wrongOnTheWay(page: Page, mode: Mode): Promise<string[]> {
  const found: string[] = [];
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
  return found;
}

async function choosesMode(page: Page, mode: Mode, look: (screen: string) => Promise<void>) {
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
