import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from '@playwright/test';

/** From key to key: a quick hand on a number pad. */
export const paceMilliseconds = 110;
const heldMilliseconds = 60;
/** By then the page has waited for another key, and this one has had its effect. */
const effectMilliseconds = 120;

/** From now on the page's keyboard is pressed by a hand: one key after another, and none faster than a hand can. */
export function pressByHand(page: Page): void {
  const { keyboard } = page;
  const press = keyboard.press.bind(keyboard);
  const type = keyboard.type.bind(keyboard);
  /** In the page, whose clock runs behind on a busy machine. A key may also have led to another page. */
  const settled = () =>
    page
      .evaluate((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)), effectMilliseconds)
      .catch(() => undefined);
  keyboard.press = async (key, options) => {
    await press(key, { delay: heldMilliseconds, ...options });
    await settled();
  };
  keyboard.type = async (text, options) => {
    for (const sign of text) {
      await type(sign, { delay: heldMilliseconds, ...options });
      await delay(paceMilliseconds - heldMilliseconds);
    }
    await settled();
  };
}
