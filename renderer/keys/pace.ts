/**
 * A key counts when no other one came within this time before or after it. Between what devices do and what hands do:
 * scanners and card readers that pose as keyboards leave 0 to 30 ms from key to key (10 as delivered, 30 where a slow
 * computer is catered for, and a USB keyboard is asked every 8). Fast hands on a number pad take 80 to 120 ms, practised
 * typists 120 on average over whole texts (Dhakal et al., "Observations on Typing from 136 Million Keystrokes", CHI 2018).
 */
const quietMilliseconds = 50;

/** So long the page waits for another key: a busy computer hands keys on later than it got them. */
const patienceMilliseconds = 80;

/** Later than this, the page was busy, and a key may still wait behind what kept it. */
const punctualMilliseconds = 20;

export interface KeyClock {
  /** Milliseconds, monotonic: the clock of the keys' own time stamps. */
  now(): number;
  /** Returns what calls it off. */
  after(milliseconds: number, run: () => void): () => void;
}

/** Tells single keys, which a hand may have pressed, from bursts, which none can have. Not even a burst's first key counts. */
export class KeyPace<Key> {
  readonly #clock: KeyClock;
  readonly #onHand: (key: Key) => void;
  readonly #onBurst: (keys: readonly Key[]) => void;
  #run: Key[] = [];
  /** What is in the run is the rest of a burst. */
  #rest = false;
  #lastAt = Number.NEGATIVE_INFINITY;
  #callOff: () => void = () => undefined;

  constructor(parts: { clock: KeyClock; onHand: (key: Key) => void; onBurst: (keys: readonly Key[]) => void }) {
    this.#clock = parts.clock;
    this.#onHand = parts.onHand;
    this.#onBurst = parts.onBurst;
  }

  /**
   * @param at when the computer got it, whenever the page comes to hear of it.
   * @param secondFinger the key before is still down where that shows a hand: it then stands alone, however soon this one came.
   */
  press(key: Key, at: number, secondFinger = false): void {
    const follows = !secondFinger && at - this.#lastAt < quietMilliseconds;
    if (this.#run.length > 0 && !follows) this.#settle();
    // The one before may be settled already, on a computer that is too busy to hand keys on; this one is no hand's all the same.
    if (this.#run.length === 0) this.#rest = follows;
    this.#run.push(key);
    this.#lastAt = at;
    this.#wait(Math.max(at, this.#clock.now()) + patienceMilliseconds);
  }

  #wait(due: number): void {
    this.#callOff();
    this.#callOff = this.#clock.after(Math.max(0, due - this.#clock.now()), () => {
      const now = this.#clock.now();
      if (now - due > punctualMilliseconds) this.#wait(now + patienceMilliseconds);
      else this.#settle();
    });
  }

  #settle(): void {
    this.#callOff();
    const run = this.#run;
    this.#run = [];
    const [first] = run;
    if (run.length > 1 || this.#rest) this.#onBurst(run);
    else if (first !== undefined) this.#onHand(first);
  }
}
