import { expect, type Locator, type Page } from '@playwright/test';

export const screenOf = (page: Page, name: string): Locator => page.locator(`[data-screen=${name}]`);

export const arrives = (page: Page, name: string): Promise<void> => screenOf(page, name).waitFor();

export const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();

/** What a screen says, without what differs from customer to customer: their number, a receipt code, seconds that run. */
export async function wordsOn(page: Page, screen: string, number: string): Promise<string> {
  const text = await screenOf(page, screen).innerText();
  return text
    .replaceAll(number, 'NUMBER')
    .replaceAll(/\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/g, 'RECEIPT')
    .replaceAll(/\d+ seconds?/g, 'SECONDS');
}

/** The screens' smallest allowed target, CSS pixels (WCAG 2.5.5). */
const smallestTarget = 44;

/** What can be pressed on the screen and is smaller than a finger. */
export async function smallTargets(page: Page, screen: string): Promise<string[]> {
  const shown = screenOf(page, screen);
  await shown.waitFor();
  // What slides in has its size when it stands.
  await page.waitForTimeout(150);
  const all = await shown.evaluate((root) =>
    [...root.querySelectorAll<HTMLElement>('button, a[href], label, input, summary, [role=option], [role=button]')].map(
      (control) => {
        const target = control.closest('label') ?? control;
        const { width, height } = target.getBoundingClientRect();
        return { name: (control.getAttribute('aria-label') ?? control.textContent ?? '').trim(), width, height };
      },
    ),
  );
  expect(all.length, `something to press on ${screen}`).toBeGreaterThan(0);
  // An option that a search has hidden has no size at all.
  const seen = all.filter(({ width, height }) => width + height > 0);
  return seen
    .filter(({ width, height }) => Math.min(width, height) < smallestTarget - 0.01)
    .map(({ name, width, height }) => `${screen}: ${name}: ${width} x ${height}`);
}
