import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from '@playwright/test';

/** From key to key: a quick hand on a number pad. */
export const paceMilliseconds = 110;
const heldMilliseconds = 60;

/** From now on the page's keyboard is pressed by a hand: one key after another, and none faster than a hand can. */
export function pressByHand({ keyboard }: Page): void {
  const press = keyboard.press.bind(keyboard);
  const type = keyboard.type.bind(keyboard);
  const rest = () => delay(paceMilliseconds - heldMilliseconds);
  keyboard.press = async (key, options) => {
    await press(key, { delay: heldMilliseconds, ...options });
    await rest();
  };
  keyboard.type = async (text, options) => {
    for (const sign of text) {
      await type(sign, { delay: heldMilliseconds, ...options });
      await rest();
    }
  };
}
