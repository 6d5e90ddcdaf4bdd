import type { UnlockAnswer } from '../../shared/contracts/ipc.ts';
import { CodedError } from '../../shared/errors.ts';
import type { Documents, PinName } from '../store/documents.ts';
import { hashPin, pinFits } from './pin.ts';

/** Wrong PINs that cost nothing; from then on the wait doubles: 5 s, 10 s, 20 s, ... up to an hour. */
const freeFailures = 2;
const firstWaitSeconds = 5;
const longestWaitSeconds = 3600;

/**
 * One PIN of the kiosk. The number of failures is stored before a PIN is tried, so killing the application during the check
 * gains nothing; the wait runs on the monotonic clock and starts again in full when the application does, so neither a restart
 * nor a changed clock shortens it.
 */
export class PinLock {
  readonly #documents: Documents;
  readonly #name: PinName;
  /** Milliseconds, monotonic. */
  readonly #now: () => number;
  #waitFrom: number;
  #attempt: Promise<unknown> = Promise.resolve();

  constructor(documents: Documents, name: PinName, monotonic: () => number) {
    this.#documents = documents;
    this.#name = name;
    this.#now = monotonic;
    this.#waitFrom = monotonic();
  }

  get isSet(): boolean {
    return this.#documents.read(this.#name) !== undefined;
  }

  /** Attempts during a wait are not even tried. One at a time, so that many at once do not share one failure count. */
  try(pin: string): Promise<UnlockAnswer> {
    return this.#inTurn(() => this.#try(pin));
  }

  /** A new PIN in place of whatever was there, with no failures. */
  set(pin: string): Promise<void> {
    return this.#inTurn(async () => this.#documents.write(this.#name, { hash: await hashPin(pin), failures: 0 }));
  }

  /** For somebody who has opened this lock already: not counted as an attempt. */
  async fits(pin: string): Promise<boolean> {
    const stored = this.#documents.read(this.#name);
    return stored !== undefined && (await pinFits(stored.hash, pin));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#attempt.then(work);
    this.#attempt = result.catch(() => undefined);
    return result;
  }

  async #try(pin: string): Promise<UnlockAnswer> {
    const stored = this.#documents.read(this.#name);
    if (stored === undefined) throw new CodedError('not_enrolled');
    const left = waitSeconds(stored.failures) - (this.#now() - this.#waitFrom) / 1000;
    if (left > 0) return { unlocked: false, waitSeconds: Math.ceil(left) };
    const failures = stored.failures + 1;
    this.#documents.write(this.#name, { ...stored, failures });
    if (!(await pinFits(stored.hash, pin))) {
      this.#waitFrom = this.#now();
      return { unlocked: false, waitSeconds: waitSeconds(failures) };
    }
    this.#documents.write(this.#name, { ...stored, failures: 0 });
    return { unlocked: true };
  }
}

function waitSeconds(failures: number): number {
  if (failures <= freeFailures) return 0;
  return Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** (failures - freeFailures - 1));
}
