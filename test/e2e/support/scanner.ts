import { setTimeout as delay } from 'node:timers/promises';
import type { CDPSession, Page } from '@playwright/test';
import type { SeededRandom } from './random.ts';

interface Sign {
  key: string;
  text?: string;
  code?: string;
  modifiers?: number;
  isKeypad?: boolean;
}

const shift = 8;
const alt = 1;
const enter: Sign = { key: 'Enter', text: '\r', code: 'Enter' };
const tab: Sign = { key: 'Tab', code: 'Tab' };

/** What such devices put before and behind what they read. */
const prefixes: readonly (readonly Sign[])[] = [[], [], [], [{ key: 'F2', code: 'F2' }], [tab]];
const suffixes: readonly (readonly Sign[])[] = [[], [enter], [enter], [enter, enter], [tab], [tab, enter]];

/** What shops and customers hold in front of one: products, vouchers, cards, badges, links, short codes. */
const contents: readonly ((random: SeededRandom) => string)[] = [
  (random) => digits(random, 13),
  (random) => digits(random, 8),
  (random) => digits(random, 2 + random.below(2)),
  (random) => '5'.repeat(2 + random.below(3)),
  // Moves and presses, if the keys of a number pad did.
  (random) => Array.from({ length: 2 + random.below(12) }, () => random.one([...'2255..5+'])).join(''),
  (random) => `]C1${digits(random, 20)}`,
  (random) => letters(random, 2 + random.below(20)),
  (random) => `https://${letters(random, 8)}.example/${letters(random, 6)}?id=${digits(random, 9)}`,
  (random) =>
    `%B4${digits(random, 15)}^${letters(random, 8).toUpperCase()}/A^${digits(random, 7)}?;${digits(random, 16)}=${digits(random, 12)}?`,
  (random) => `BADGE-${digits(random, 6)}*`,
  (random) => `tel:+4479${digits(random, 8)}`,
  (random) => `     ${digits(random, 4)}`,
];

const digits = (random: SeededRandom, count: number) =>
  Array.from({ length: count }, () => String(random.below(10))).join('');
const letters = (random: SeededRandom, count: number) =>
  Array.from({ length: count }, () => String.fromCharCode(97 + random.below(26))).join('');

/** One thing that was held in front of a device. */
export interface Reading {
  what: string;
  /** So many keys it is, Shift not counted. */
  keys: number;
}

/** In the page, before any script of its own: when each key was pressed, and when the page heard of it. */
export function recordKeys(): void {
  const keys: { pressed: number; heard: number }[] = [];
  Object.assign(window, { keys });
  // What a part of the page makes of a key it got (the search for a country does) is no key of a device.
  const record = ({ key, timeStamp, isTrusted }: KeyboardEvent) => {
    if (isTrusted && key !== 'Shift') keys.push({ pressed: timeStamp, heard: performance.now() });
  };
  window.addEventListener('keydown', record, { capture: true });
}

/** A device leaves at most this between two keys, and a page that is no busier than a kiosk's hears of them as soon. */
const quickMilliseconds = { pressed: 45, heard: 70 };

/**
 * How many of these readings the page got as fast as devices type them. On a machine that does too much at once the keys of one
 * reading come as slowly as a hand's, which is another device.
 */
export async function countQuick(page: Page, readings: readonly { keys: number }[]): Promise<number> {
  const keys = await page.evaluate(() => {
    const { keys: recorded } = window as unknown as { keys: { pressed: number; heard: number }[] };
    return recorded.splice(0);
  });
  let at = 0;
  const quick = readings.filter(({ keys: count }) => {
    const own = keys.slice(at, at + count);
    at += count;
    return own.every(({ pressed, heard }, each) => {
      const before = own[each - 1];
      if (before === undefined) return true;
      return pressed - before.pressed <= quickMilliseconds.pressed && heard - before.heard <= quickMilliseconds.heard;
    });
  });
  return at === keys.length ? quick.length : 0;
}

/** By then a key that counted has had its effect. */
const settlingMilliseconds = 250;

/** Of one reading. */
const longestMilliseconds = 200;

/** Between two readings somebody has to hold something else in front of it. */
const pauseMilliseconds = 60;

/** A device that poses as a keyboard, in front of a kiosk. */
export class Scanner {
  readonly #browser: CDPSession;
  readonly #random: SeededRandom;
  /** When the last key of the last reading came, in milliseconds since 1970. */
  #lastAt = 0;

  constructor(browser: CDPSession, random: SeededRandom) {
    this.#browser = browser;
    this.#random = random;
  }

  /** So many readings, each as one of these devices types it. Ends when all of it has had its effect. */
  async reads(count: number): Promise<Reading[]> {
    const read: Reading[] = [];
    for (let each = 0; each < count; each++) read.push(await this.#readsOnce());
    await delay(Math.max(0, this.#lastAt - Date.now()) + settlingMilliseconds);
    return read;
  }

  async #readsOnce(): Promise<Reading> {
    const random = this.#random;
    const text = random.one(contents)(random);
    const way = text.length > 12 ? 'keys' : random.one(['keys', 'keys', 'pad', 'alt'] as const);
    const signs = [
      ...random.one(prefixes),
      ...[...text].flatMap((sign) => typedAs(sign, way)),
      ...random.one(suffixes),
    ];
    // The slower it types, the shorter the code: one reading is over in a moment.
    const gap = random.one(
      [0, 0, 0, 0, 0, 0, 1, 5, 10, 20, 30].filter((each) => each * signs.length <= longestMilliseconds),
    );
    const begin = Math.max(Date.now(), this.#lastAt + pauseMilliseconds);
    this.#lastAt = begin + signs.length * gap;
    // The time stamps say how fast it was typed, however busy this machine is.
    const sent = signs.flatMap(({ text: typed, ...sign }, at) => {
      const timestamp = (begin + at * gap) / 1000;
      const down = { type: 'keyDown', timestamp, ...sign, ...(typed === undefined ? {} : { text: typed }) } as const;
      return [
        this.#browser.send('Input.dispatchKeyEvent', down),
        this.#browser.send('Input.dispatchKeyEvent', { type: 'keyUp', timestamp, ...sign }),
      ];
    });
    await Promise.all(sent);
    return {
      keys: signs.filter(({ key }) => key !== 'Shift').length,
      what: `${way} ${gap} ms: ${signs.map(({ key }) => (key.length > 1 ? `<${key}>` : key)).join('')}`,
    };
  }
}

/** A capital with Shift, a digit of a number pad, or a character by its number with Alt held. */
function typedAs(sign: string, way: 'keys' | 'pad' | 'alt'): Sign[] {
  if (way === 'alt') {
    const number = `0${sign.charCodeAt(0)}`;
    return [...number].map((digit) => ({ key: digit, code: `Numpad${digit}`, modifiers: alt, isKeypad: true }));
  }
  if (way === 'pad' && /\d/.test(sign)) return [{ key: sign, text: sign, code: `Numpad${sign}`, isKeypad: true }];
  const key: Sign = { key: sign, text: sign, code: /\d/.test(sign) ? `Digit${sign}` : '' };
  if (!/[A-Z%^?:"+_{}]/.test(sign)) return [key];
  return [
    { key: 'Shift', code: 'ShiftLeft', modifiers: shift },
    { ...key, modifiers: shift },
  ];
}
