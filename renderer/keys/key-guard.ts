import { doAsBrowser } from './browser-defaults.ts';
import { editsField, type FieldText, putBack, textBefore } from './field-text.ts';
import { type KeyClock, KeyPace } from './pace.ts';

/** A key as it came, until it is known to be a hand's. */
interface HeldKey {
  readonly init: KeyboardEventInit & { readonly key: string };
  readonly at: number;
  /** It has already changed the text of a field, which was like this before. */
  typedInto: FieldText | null;
  /** What it pastes. */
  pasted: string | null;
}

interface PressRule {
  /** Asked before a key presses a control. */
  readonly mayPress: () => boolean;
  /** Something was typed that no hand types. */
  readonly onBurst: () => void;
}

/** When a hand pressed the key of an event of ours. */
const pressedAt = new WeakMap<Event, number>();

/** On the clock of all time stamps; undefined for every event that no hand has caused. */
export function handPressedAt(event: Event): number | undefined {
  return pressedAt.get(event);
}

/** On the window, for a key that a hand typed into a field: the browser put it there at once, before anybody knew whose it is. */
export const typedByHand = 'typed-by-hand';

const modifiers = ['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'NumLock', 'ScrollLock', 'Fn'];

/** The frame of the single switch moves: every key is the switch. */
const scanning = () => document.querySelector('[data-scan]') !== null;

/**
 * Every key comes in here before anybody else on the page hears of it. A scanner, a card reader or a badge reader that poses
 * as a keyboard types faster than a hand, and what it types is dropped whole, its Enter and Tab included. What a hand pressed
 * goes on as an event of our own, `quietMilliseconds` later, and what the browser would have done with it is done here too. A
 * key that is held down is one key.
 */
export class KeyGuard {
  readonly clock: KeyClock;
  readonly #pace: KeyPace<HeldKey>;
  readonly #down = new Set<string>();
  #pasting: HeldKey | null = null;
  #rule: PressRule = { mayPress: () => true, onBurst: () => undefined };

  constructor(clock: KeyClock) {
    this.clock = clock;
    this.#pace = new KeyPace({ clock, onHand: (key) => this.#pass(key), onBurst: (keys) => this.#drop(keys) });
  }

  /** Has to be called before anybody else listens. */
  watch(page: Window): void {
    page.addEventListener('keydown', (event) => this.#onDown(event), { capture: true });
    page.addEventListener('keyup', (event) => this.#onUp(event), { capture: true });
    page.addEventListener('paste', (event) => this.#onPaste(event), { capture: true });
    page.addEventListener('blur', () => this.#down.clear());
  }

  /** From now on. Returns its undo. */
  askBeforePressing(rule: PressRule): () => void {
    const before = this.#rule;
    this.#rule = rule;
    return () => {
      this.#rule = before;
    };
  }

  #onDown(event: KeyboardEvent): void {
    if (!event.isTrusted) return;
    const edits = editsField(event) && !scanning();
    const pastes = isPaste(event);
    if (!edits) event.stopImmediatePropagation();
    if (event.repeat || !(edits || pastes || modifiers.includes(event.key))) event.preventDefault();
    if (event.repeat || modifiers.includes(event.key)) return;
    // Two fingers of one hand can be as fast as a device, which lets go of each key before the next.
    const secondFinger = edits && this.#down.size > 0;
    this.#down.add(event.code);
    const key: HeldKey = { init: copyOf(event), at: event.timeStamp, typedInto: null, pasted: null };
    if (pastes) this.#pasting = key;
    this.#pace.press(key, event.timeStamp, secondFinger);
    // Not earlier: by this key the burst before it has ended, and its text has only now been put back.
    if (edits) key.typedInto = textBefore(event);
  }

  #onUp(event: KeyboardEvent): void {
    if (!event.isTrusted) return;
    this.#down.delete(event.code);
    if (editsField(event) && !scanning()) return;
    event.stopImmediatePropagation();
    event.preventDefault();
  }

  /** By keys it belongs to the key that is held back; the middle button of a mouse is a hand's. */
  #onPaste(event: ClipboardEvent): void {
    if (!event.isTrusted) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (this.#pasting === null) paste(text);
    else this.#pasting.pasted = text;
    this.#pasting = null;
  }

  #pass(key: HeldKey): void {
    if (this.#pasting === key) this.#pasting = null;
    if (key.pasted !== null) paste(key.pasted);
    if (key.typedInto !== null) window.dispatchEvent(new KeyboardEvent(typedByHand, key.init));
    if (key.typedInto !== null || key.pasted !== null) return;
    const down = new KeyboardEvent('keydown', key.init);
    pressedAt.set(down, key.at);
    const target = document.activeElement ?? document.body;
    if (target.dispatchEvent(down)) doAsBrowser(down, () => this.#rule.mayPress());
    target.dispatchEvent(new KeyboardEvent('keyup', key.init));
  }

  #drop(keys: readonly HeldKey[]): void {
    this.#rule.onBurst();
    const touched = keys.find(({ typedInto }) => typedInto !== null);
    if (touched?.typedInto != null) putBack(touched.typedInto);
    const [first] = keys;
    // A switch that bounces is pressed once. No device types only Enters or blanks.
    const bounced = keys.every(({ init: { key } }) => key === first?.init.key && (key === ' ' || key.length > 1));
    if (bounced && keys.length > 1 && first !== undefined && scanning()) this.#pass(first);
  }
}

function isPaste({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  if (altKey) return false;
  return ((ctrlKey || metaKey) && key.toLowerCase() === 'v') || (shiftKey && key === 'Insert');
}

function paste(text: string): void {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
  const target = document.activeElement ?? document.body;
  if (target.dispatchEvent(event) && target instanceof HTMLInputElement) {
    document.execCommand('insertText', false, text);
  }
}

function copyOf(event: KeyboardEvent): HeldKey['init'] {
  const { key, code, location, ctrlKey, shiftKey, altKey, metaKey } = event;
  return { key, code, location, ctrlKey, shiftKey, altKey, metaKey, bubbles: true, cancelable: true, composed: true };
}
