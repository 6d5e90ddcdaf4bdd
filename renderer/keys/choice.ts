import type { KeyClock } from './pace.ts';

/** Nobody taps one key faster than this on purpose. */
const fastestMilliseconds = 100;
/** Stillness before the first press and after the last: a device that types as slowly as a hand goes on with the next sign. */
const pauseMilliseconds = 300;
/** Time to hear or read that the same key is wanted once more. */
const patienceMilliseconds = 10_000;

/**
 * Somebody chooses to use the screen by keys: one key, pressed twice or more at a hand's pace, with nothing else around it.
 * A device that types would have to send one and the same sign, slower than any is set to when it is sold, and nothing besides.
 */
export class KeyChoice {
  readonly #clock: KeyClock;
  readonly #onChosen: () => void;
  #key = '';
  #calm = false;
  #lastAt = Number.NEGATIVE_INFINITY;
  #callOff: () => void = () => undefined;

  constructor(clock: KeyClock, onChosen: () => void) {
    this.#clock = clock;
    this.#onChosen = onChosen;
  }

  /** @param counts false for a key that belongs to a number which is being typed. */
  press(key: string, at: number, counts: boolean): void {
    this.#callOff();
    const since = at - this.#lastAt;
    this.#lastAt = at;
    const calm = since >= pauseMilliseconds;
    if (!counts || key !== this.#key || since > patienceMilliseconds || (calm && !this.#calm)) {
      this.#key = counts ? key : '';
      this.#calm = calm;
      return;
    }
    if (since < fastestMilliseconds) this.#calm = false;
    if (this.#calm) this.#callOff = this.#clock.after(pauseMilliseconds, this.#onChosen);
  }

  /** Somebody holds something in front of a scanner: whatever was pressed before it chooses nothing. */
  interrupt(): void {
    this.#callOff();
    this.#key = '';
    this.#lastAt = this.#clock.now();
  }

  stop(): void {
    this.#callOff();
  }
}
