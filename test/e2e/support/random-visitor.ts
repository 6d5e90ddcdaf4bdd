import type { CDPSession, Page } from '@playwright/test';
import { sendKeys } from './keyboard.ts';
import type { SeededRandom } from './random.ts';

interface Point {
  x: number;
  y: number;
}

interface Control extends Point {
  name: string;
  /** Whoever presses it stays there for long. */
  rare?: boolean;
}

/** What lies on top, as a finger finds it. */
interface Seen {
  screen: string;
  controls: Control[];
  /** What leads on, where the screen has one such button. */
  main: Control | null;
  /** Boxes that are not ticked. */
  boxes: Control[];
  /** Digits in a field that a keypad fills. */
  typed: number;
  /** The frame of the single switch is on something. */
  framed: boolean;
}

/** Keys of a keyboard, a number pad and a remote control, and what people press who want to get out. */
const keys = [
  ...['Tab', 'Tab', 'Tab', 'Shift+Tab', 'Enter', 'Enter', 'Escape', 'Space', 'Backspace', 'Delete'],
  ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown', 'Insert'],
  ...['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '+', '-', '*', '/', '.', 'a', 'é', '٣', '۷'],
  ...['Numpad0', 'Numpad5', 'NumpadEnter', 'NumpadMultiply', 'NumpadDivide', 'NumpadSubtract', 'NumpadAdd'],
  ...['F1', 'F3', 'F5', 'F6', 'F7', 'F11', 'F12', 'ContextMenu', 'AltGraph'],
  ...['Control+r', 'Control+Shift+r', 'Control+Shift+i', 'Control+Shift+j', 'Control+w', 'Control+q', 'Control+n'],
  ...['Control+t', 'Control+p', 'Control+s', 'Control+o', 'Control+f', 'Control+l', 'Control+u', 'Control+j'],
  ...['Control+a', 'Control+c', 'Control+v', 'Control+x', 'Control+z', 'Control+Equal', 'Control+Minus', 'Control+0'],
  ...['Alt+F4', 'Alt+ArrowLeft', 'Alt+ArrowRight', 'Alt+Tab', 'Alt+d', 'Meta+l', 'Control+Alt+Delete'],
  ...['Control+Alt+m'],
];

/** How often each kind of action is chosen, compared with the others. */
const habits = { control: 40, onward: 18, key: 22, blank: 8, twice: 5, swipe: 4, touch: 10, odd: 3 } as const;
const chosenFrom = Object.entries(habits).flatMap(([habit, weight]) => new Array<string>(weight).fill(habit));

const rememberedActions = 60;
/** Of so many presses of what is rare, one is done. */
const rarity = 24;
const longestWithSwitch = 25;
/** Whoever has one switch waits for the frame. */
const switchMilliseconds = 200;

/** Somebody with no plan, in front of a screen with a keyboard: taps, swipes and presses, and sometimes does what is asked. */
export class RandomVisitor {
  /** How many taps and keys so far. */
  count = 0;
  readonly screens = new Set<string>();
  readonly #page: Page;
  readonly #browser: CDPSession;
  readonly #random: SeededRandom;
  /** What somebody would type here who knows it. */
  readonly #knows: (screen: string) => Promise<string>;
  readonly #size: { width: number; height: number };
  readonly #last: string[] = [];

  constructor(parts: {
    page: Page;
    browser: CDPSession;
    random: SeededRandom;
    knows: (screen: string) => Promise<string>;
    size: { width: number; height: number };
  }) {
    this.#page = parts.page;
    this.#browser = parts.browser;
    this.#random = parts.random;
    this.#knows = parts.knows;
    this.#size = parts.size;
  }

  /** The last actions, the oldest first. */
  get story(): string {
    return this.#last.join('\n');
  }

  /** Taps and presses so often, fewer with a single switch, which gets nobody far in that time, and none after `enough`. */
  async stays(most: number, enough: () => boolean): Promise<void> {
    const end = this.count + most;
    for (let framed = 0; this.count < end && framed < longestWithSwitch && !enough(); ) {
      const seen = await this.#page.evaluate(look);
      this.screens.add(seen.screen);
      framed = seen.framed ? framed + 1 : 0;
      if (seen.framed) await this.#page.waitForTimeout(switchMilliseconds);
      await this.#acts(seen);
    }
  }

  /** One thing that somebody does; some things are several taps or keys. */
  async #acts(seen: Seen): Promise<void> {
    const habit = this.#random.one(chosenFrom);
    const somewhere = this.#oneOf(seen.controls.filter(({ rare }) => !rare || this.#random.below(rarity) === 0));
    switch (habit) {
      case 'control':
        return this.#tap(seen, somewhere);
      case 'touch':
        return this.#touch(seen, somewhere);
      case 'twice':
        await this.#tap(seen, somewhere);
        return this.#tap(seen, somewhere);
      case 'blank':
        return this.#tap(seen, this.#anywhere());
      case 'swipe':
        return this.#swipe(seen, this.#anywhere(), this.#anywhere());
      case 'odd':
        return this.#tap(seen, somewhere, this.#random.one(['right', 'middle'] as const));
      case 'key':
        return this.#press(seen, this.#random.one(keys));
      default:
        return this.#goesOn(seen);
    }
  }

  /** As the screen asks: a number and "continue", a tick and "save", a code, a PIN. */
  async #goesOn(seen: Seen): Promise<void> {
    const answer = await this.#knows(seen.screen);
    if (answer !== '') {
      for (let digit = 0; digit < seen.typed; digit++) await this.#press(seen, 'Backspace');
      for (const key of answer) await this.#press(seen, key);
    }
    if (seen.boxes.length > 0) await this.#tap(seen, this.#random.one(seen.boxes));
    await this.#tap(seen, seen.main ?? this.#oneOf(seen.controls));
  }

  async #tap(seen: Seen, at: Control, button: 'left' | 'right' | 'middle' = 'left'): Promise<void> {
    this.#note(seen, `${button === 'left' ? 'tap' : button} ${at.name} (${at.x}, ${at.y})`);
    await this.#mouse(['mouseMoved', 'mousePressed', 'mouseReleased'], [at], button);
  }

  async #touch(seen: Seen, { x, y, name }: Control): Promise<void> {
    this.#note(seen, `touch ${name} (${x}, ${y})`);
    await Promise.all([
      this.#browser.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] }),
      this.#browser.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] }),
    ]);
  }

  async #swipe(seen: Seen, from: Point, to: Point): Promise<void> {
    this.#note(seen, `swipe (${from.x}, ${from.y}) to (${to.x}, ${to.y})`);
    const half = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const moves = ['mouseMoved', 'mousePressed', 'mouseMoved', 'mouseMoved', 'mouseReleased'] as const;
    await this.#mouse(moves, [from, from, half, to, to]);
  }

  /** All at once: each answer waits for a frame, and a hand does not wait for it either. */
  async #mouse(
    moves: readonly ('mouseMoved' | 'mousePressed' | 'mouseReleased')[],
    path: readonly Point[],
    button: 'left' | 'right' | 'middle' = 'left',
  ): Promise<void> {
    const [start = { x: 0, y: 0 }] = path;
    const sent = moves.map((type, at) => {
      const { x, y } = path[at] ?? start;
      const pressed = type === 'mouseMoved' ? {} : { button, clickCount: 1 };
      return this.#browser.send('Input.dispatchMouseEvent', { type, x, y, ...pressed });
    });
    await Promise.all(sent);
  }

  async #press(seen: Seen, key: string): Promise<void> {
    this.#note(seen, `key ${key}`);
    if (/^[^\x20-\x7e]$/u.test(key)) await sendKeys(this.#page, [{ key, text: key }]);
    else await this.#page.keyboard.press(key);
  }

  #oneOf(controls: readonly Control[]): Control {
    return controls.length === 0 ? this.#anywhere() : this.#random.one(controls);
  }

  #anywhere(): Control {
    return { name: 'blank', x: this.#random.below(this.#size.width), y: this.#random.below(this.#size.height) };
  }

  #note({ screen }: Seen, action: string): void {
    this.count += 1;
    this.#last.push(`${this.count} ${screen}: ${action}`);
    if (this.#last.length > rememberedActions) this.#last.shift();
  }
}

/** In the page. */
function look(): Seen {
  const dialogs = [...document.querySelectorAll<HTMLElement>('dialog[open]')];
  const warning = dialogs.find((each) => each.getAttribute('role') === 'alertdialog');
  const surface = warning ?? dialogs.at(-1) ?? document.querySelector<HTMLElement>('main') ?? document.body;
  const pointOf = (element: Element): Control => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const name = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 30);
    const rare = element.closest('[aria-labelledby=help-scan]') !== null;
    return { name: `"${name}"`, x: Math.round(left + width / 2), y: Math.round(top + height / 2), rare };
  };
  const inside = ({ x, y }: Point) => x > 0 && y > 0 && x < innerWidth && y < innerHeight;
  const points = (selector: string) => [...surface.querySelectorAll(selector)].map(pointOf).filter(inside);
  return {
    screen: surface.dataset.screen ?? '',
    controls: points('button, label[data-box], a[href], input:not([type=checkbox]), [role=option]'),
    main: points('button[class*="_main_"]')[0] ?? null,
    boxes: points('label[data-box]:has(input:not(:checked))'),
    typed: surface.querySelector('[role=textbox]')?.textContent?.replaceAll(/[^+\d]/g, '').length ?? 0,
    framed: document.querySelector('[data-scan]') !== null,
  };
}
