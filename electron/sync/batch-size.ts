/** What passes in a few seconds on any line that deserves the name. */
const firstBytes = 64 * 1024;
/** A little below 1 MiB, above which many proxies refuse a body unread (nginx: client_max_body_size). */
const largestBytes = 960 * 1024;
/** A batch that takes longer is large enough: what it carries waits for all of it, and so does a record made meanwhile. */
const quickMilliseconds = 5_000;

/** Why a batch did not pass, and after how many that did a larger one is tried again. */
const passesBeforeNextTry = {
  /** A connection may have been lost by chance. */
  cut_off: 4,
  /** Somebody on the way has a limit, and will have it tomorrow. */
  refused: 64,
} as const;

/** How many bytes go into one batch: half as many when one does not pass, twice as many when one passes quickly. */
export class BatchSize {
  #bytes = firstBytes;
  /** Above this something did not pass lately. */
  #ceiling = largestBytes;
  #passesLeft = 0;

  get bytes(): number {
    return this.#bytes;
  }

  passed(bytes: number, milliseconds: number): void {
    // A small batch says nothing about large ones.
    if (bytes < this.#bytes / 2 || milliseconds > quickMilliseconds) return;
    if (this.#bytes >= this.#ceiling) {
      if (--this.#passesLeft > 0) return;
      this.#ceiling = largestBytes;
    }
    this.#bytes = Math.min(this.#bytes * 2, this.#ceiling);
  }

  failed(bytes: number, why: keyof typeof passesBeforeNextTry): void {
    this.#bytes = Math.max(1, Math.floor(Math.min(bytes, this.#bytes) / 2));
    this.#ceiling = this.#bytes;
    this.#passesLeft = passesBeforeNextTry[why];
  }
}
