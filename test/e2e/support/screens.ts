import { expect, type Locator, type Page } from '@playwright/test';

export const screenOf = (page: Page, name: string): Locator => page.locator(`[data-screen=${name}]`);

export const arrives = (page: Page, name: string): Promise<void> => screenOf(page, name).waitFor();

export const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();

/** A screen that begins anew has no customer: what a failed test has left behind is gone. */
export async function beginsAnew(page: Page): Promise<void> {
  await page.reload();
  await arrives(page, 'attract');
}

/** Where a control is, in CSS pixels. */
export async function boxOf(control: Locator) {
  const box = await control.boundingBox();
  if (box === null) throw new Error('it is not on the screen');
  return box;
}

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

/**
 * What can be pressed on the screen and is smaller than a finger, or partly off the screen, cut off or under something else:
 * a finger's width around its middle has to be its own.
 */
export async function smallTargets(page: Page, screen: string): Promise<string[]> {
  const shown = screenOf(page, screen);
  await shown.waitFor();
  // What slides in has its size when it stands.
  await page.waitForTimeout(150);
  const { count, wrong } = await shown.evaluate(measureTargets, smallestTarget);
  expect(count, `something to press on ${screen}`).toBeGreaterThan(0);
  return wrong.map((each) => `${screen}: ${each}`);
}

/** In the page. */
function measureTargets(root: Element, least: number): { count: number; wrong: string[] } {
  const pressable = 'button, a[href], label[data-box], input:not([type=checkbox]), summary, [role=option]';
  const targets = [...root.querySelectorAll<HTMLElement>(pressable)]
    // An option that a search has hidden has no size at all.
    .filter((target) => target.getClientRects().length > 0);
  const reach = least / 2 - 1;
  const around = [
    [0, 0],
    [-reach, 0],
    [reach, 0],
    [0, -reach],
    [0, reach],
  ] as const;
  const wrong = targets.flatMap((target) => {
    target.scrollIntoView({ block: 'nearest' });
    const { left, top, width, height } = target.getBoundingClientRect();
    const name = (target.getAttribute('aria-label') ?? target.textContent ?? '').trim().slice(0, 40);
    if (Math.min(width, height) < least - 0.01) return [`${name}: ${width} x ${height}`];
    const taken = around.filter(
      ([x, y]) => !target.contains(document.elementFromPoint(left + width / 2 + x, top + height / 2 + y)),
    );
    return taken.length === 0 ? [] : [`${name}: not its own at ${taken.join(' and ')}`];
  });
  return { count: targets.length, wrong };
}
