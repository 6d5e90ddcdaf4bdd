import { setTimeout as delay } from 'node:timers/promises';

/** A burst of batches goes first: meanwhile opening rests this many times as long as it has worked. */
const restPerWork = 19;
/** When batches have come for this long without a pause, it is no burst: from then on both get equal shares. */
const burstMilliseconds = 5_000;
/** Only a pause of this length ends a burst: a few kiosks that come and go all day are none, whatever lies between their batches. */
const pauseMilliseconds = 1_000;
/** A kiosk that delivers a long queue is back with its next batch before this; one with a single record is not. */
const quietMilliseconds = 20;
/** One rest is never longer, however long the work before it took. */
const longestRestMilliseconds = 1_000;

/** Shares one process between taking batches in, whose kiosks wait for an answer, and opening what they brought. */
export class IntakePriority {
  readonly #now: () => number;
  /** Batches being taken in now, and when the last one was done. */
  #intakes = 0;
  #lastIntake = Number.NEGATIVE_INFINITY;
  /** When batches began to come without a pause. */
  #busySince = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds of a clock that nobody sets. */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Called when the server begins to work on a batch.
   * @returns to be called when that batch is done.
   */
  yieldToIntake(): () => void {
    if (this.#isQuietFor(pauseMilliseconds)) this.#busySince = this.#now();
    this.#intakes += 1;
    return () => {
      this.#intakes -= 1;
      this.#lastIntake = this.#now();
    };
  }

  /** Lets batches pass: until none is coming in, but no longer than the share of opening allows. */
  async rest(worked: number): Promise<void> {
    const now = this.#now();
    const isBurst = now - this.#busySince < burstMilliseconds;
    const until = now + Math.min(longestRestMilliseconds, worked * (isBurst ? restPerWork : 1));
    while (!this.#isQuietFor(quietMilliseconds) && this.#now() < until) await delay(5);
  }

  #isQuietFor(milliseconds: number): boolean {
    return this.#intakes === 0 && this.#now() - this.#lastIntake > milliseconds;
  }
}
