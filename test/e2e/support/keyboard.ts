import { expect, type Page } from '@playwright/test';
import { words } from './customer.ts';
import { paceMilliseconds } from './hand.ts';

const mostStops = 80;
/** Whoever has arrived looks at it before they press. */
const lookMilliseconds = 350;

const keyNote = '[data-part=key-note]';
const asking = Object.values(words).map((each) => each['keys.ask']);
const workingNow = Object.values(words)
  .map((each) => each['keys.on'])
  .join('|');

async function asksForKeys(page: Page): Promise<boolean> {
  const note = await page.locator(keyNote).allTextContents();
  return note.some((text) => asking.includes(text));
}

/** Somebody who has a keyboard and nothing else, and who has to see where they are at each stop. */
export class Keyboard {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Tabs to what has this name. */
  async goesTo(name: string | RegExp): Promise<void> {
    const passed: string[] = [];
    for (let stop = 0; stop < mostStops; stop++) {
      const before = await this.#page.evaluateHandle(() => document.activeElement);
      await this.#page.keyboard.press('Tab');
      // A slow machine moves the focus a moment later; where there is one stop only, it stays.
      await this.#page
        .waitForFunction((last) => document.activeElement !== last, before, { timeout: 500 })
        .catch(() => undefined);
      const focused = await this.#page.evaluate(describeFocus);
      passed.push(focused.name);
      expect(focused.seen, `the focus is visible on "${focused.name}"`).toBe(true);
      if (typeof name === 'string' ? focused.name === name : name.test(focused.name)) return;
    }
    throw new Error(`no way by keyboard to ${name}, only to: ${[...new Set(passed)].join(' | ')}`);
  }

  /** Whoever is asked to choose the keys first does so, by pressing this one until they work, and then once more. */
  async presses(name: string | RegExp, key = 'Enter'): Promise<void> {
    await this.goesTo(name);
    await this.#page.waitForTimeout(lookMilliseconds);
    await this.#page.keyboard.press(key);
    if (!(await asksForKeys(this.#page))) return;
    for (let tries = 0; tries < 3 && (await asksForKeys(this.#page)); tries++) {
      await this.#page.keyboard.press(key);
      await this.#page.waitForTimeout(lookMilliseconds);
    }
    await this.#page.keyboard.press(key);
  }

  types(text: string): Promise<void> {
    return this.#page.keyboard.type(text);
  }

  /** Signs that are on the keyboards of other countries. */
  typesNative(text: string): Promise<void> {
    return sendByHand(
      this.#page,
      [...text].map((key) => ({ key, text: key })),
    );
  }

  arrivesAt(screen: string): Promise<void> {
    return this.#page.locator(`[data-screen=${screen}]`).waitFor();
  }
}

const padCodes: Readonly<Record<string, string>> = {
  '.': 'NumpadDecimal',
  '*': 'NumpadMultiply',
  '/': 'NumpadDivide',
  '-': 'NumpadSubtract',
  '+': 'NumpadAdd',
  '\r': 'NumpadEnter',
};

/** Somebody who has the seventeen keys of a number pad, with NumLock on. */
export class NumberPad {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Keys by their signs; `\r` is Enter. */
  types(signs: string): Promise<void> {
    return sendByHand(
      this.#page,
      [...signs].map((sign) => ({
        key: sign === '\r' ? 'Enter' : sign,
        text: sign,
        code: padCodes[sign] ?? `Numpad${sign}`,
        isKeypad: true,
      })),
    );
  }

  /** The same key until it is said that the keys work. */
  async chooses(): Promise<void> {
    await expect(async () => {
      await this.types('5');
      await this.#page.waitForTimeout(lookMilliseconds);
      await expect(this.#page.locator(keyNote)).toHaveText(new RegExp(workingNow), { timeout: 100 });
    }).toPass({ timeout: 10_000 });
  }

  /** Moves on to what has this name, and presses it. */
  async presses(name: string): Promise<void> {
    for (let stop = 0; stop < mostStops; stop++) {
      const focused = await this.#page.evaluate(describeFocus);
      if (focused.name === name) return this.types('\r');
      await this.types('.');
    }
    throw new Error(`no way by number pad to ${name}`);
  }
}

interface Key {
  key: string;
  text: string;
  code?: string;
  isKeypad?: boolean;
  /** Seconds since 1970. Says how fast it was typed, however busy this machine is. */
  timestamp?: number;
}

/** Keys that Playwright's own layout does not have, one after another. */
async function sendByHand(page: Page, keys: readonly Key[]): Promise<void> {
  for (const key of keys) {
    await sendKeys(page, [key]);
    await page.waitForTimeout(paceMilliseconds);
  }
}

/** Keys that Playwright's own layout does not have, and keys faster than the page answers: none waits for the one before. */
export async function sendKeys(page: Page, keys: readonly Key[]): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  const sent = keys.flatMap(({ text, ...key }) => [
    browser.send('Input.dispatchKeyEvent', { type: 'keyDown', text, ...key }),
    browser.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key }),
  ]);
  await Promise.all(sent);
  await browser.detach();
}

/** In the page: the name of what has the focus, and whether a ring or a line in the focus colour shows it, on itself or on what is drawn in its place. */
function describeFocus(): { name: string; seen: boolean } {
  const focused = document.activeElement;
  if (focused === null || focused === document.body) return { name: '', seen: true };
  const label = focused instanceof HTMLInputElement ? focused.labels?.[0]?.textContent : null;
  const name = focused.getAttribute('aria-label') ?? label ?? focused.textContent ?? '';
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = 'var(--focus)';
  const focusColour = getComputedStyle(probe).color;
  probe.remove();
  const hasRing = (element: Element | null): boolean => {
    if (element === null) return false;
    const style = getComputedStyle(element);
    const outlined = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2;
    const underlined = style.borderBottomColor === focusColour && Number.parseFloat(style.borderBottomWidth) >= 2;
    return (outlined || underlined) && style.opacity !== '0' && style.visibility === 'visible';
  };
  const places = [focused, focused.parentElement, focused.nextElementSibling];
  return { name: name.trim(), seen: places.some(hasRing) };
}
