import type { Locator } from '@playwright/test';
import { boxOf } from './screens.ts';

/** A finger that comes and goes, in the middle of what is shown. */
export async function tap(shown: Locator): Promise<void> {
  const { x, y, width, height } = await boxOf(shown);
  const browser = await shown.page().context().newCDPSession(shown.page());
  const touchPoints = [{ x: x + width / 2, y: y + height / 2 }];
  await browser.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
  await browser.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await browser.detach();
}

/** Longer than the browser waits before it takes a touch for one that asks for a menu or takes hold of a word. */
const longMilliseconds = 1_500;

/** A finger that stays, near the beginning of what is shown. */
export async function touchLong(shown: Locator): Promise<void> {
  const { x, y, height } = await boxOf(shown);
  const page = shown.page();
  const browser = await page.context().newCDPSession(page);
  const touchPoints = [{ x: x + 20, y: y + height / 2 }];
  await browser.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
  await page.waitForTimeout(longMilliseconds);
  await browser.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await browser.detach();
}
