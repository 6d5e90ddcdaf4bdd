const windowMilliseconds = 60_000;
/** An attacker chooses how many keys there are, and must not choose how much memory they take. */
const mostKeys = 100_000;

/** How often something was refused to somebody within a minute, of this process. It counts nothing that went well. */
export class RefusalLimit {
  readonly #most: number;
  /** Monotonic milliseconds. */
  readonly #now: () => number;
  #began: number;
  #counts = new Map<string, number>();

  constructor(most: number, now: () => number = () => performance.now()) {
    this.#most = most;
    this.#now = now;
    this.#began = now();
  }

  /** @returns after how many seconds the key may try again; 0 if it may now. */
  secondsToWait(key: string): number {
    const passed = this.#now() - this.#began;
    if (passed >= windowMilliseconds) {
      this.#began = this.#now();
      this.#counts.clear();
    }
    if ((this.#counts.get(key) ?? 0) < this.#most) return 0;
    return Math.max(1, Math.ceil((windowMilliseconds - passed) / 1000));
  }

  count(key: string): void {
    if (this.#counts.size >= mostKeys) this.#counts.clear();
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
}
