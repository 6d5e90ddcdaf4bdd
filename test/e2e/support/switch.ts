import { expect, type Page } from '@playwright/test';
import { sendKeys } from './keyboard.ts';

const space = { key: ' ', text: ' ', code: 'Space' };

/** The screen answers a press before the frame moves on. */
const answerMilliseconds = 500;

/** Somebody who can do one thing: press a switch when the frame that moves by itself is where they want it. */
export class Switch {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Waits for the frame on it, and presses; first on the group that it belongs to, if it belongs to one. */
  async presses(name: string): Promise<void> {
    while ((await this.#waitsFor(name)) > 1) {
      await this.#page.keyboard.press('Space');
      await expect.poll(() => this.#framed(), { message: `the group of "${name}" is open` }).toHaveLength(1);
    }
    // Their hand trembles, which must press nothing else: a second time before the screen has answered the first.
    await sendKeys(this.#page, [space, space]);
    await this.#page.waitForTimeout(answerMilliseconds);
  }

  /** @returns how many things are in the frame with it. */
  async #waitsFor(name: string): Promise<number> {
    let framed: string[] = [];
    await expect
      .poll(
        async () => {
          framed = await this.#framed();
          return framed;
        },
        { message: `the frame comes to "${name}"`, timeout: 40_000, intervals: [50] },
      )
      .toContain(name);
    return framed.length;
  }

  #framed(): Promise<string[]> {
    return this.#page
      .locator('[data-scan]')
      .evaluateAll((all) => all.map((each) => (each.getAttribute('aria-label') ?? each.textContent ?? '').trim()));
  }
}
