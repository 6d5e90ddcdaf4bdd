import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Database, databaseUnavailable } from '../database/connection.ts';
import type { ServerKeys } from '../keys.ts';
import { openBatch, parkOldest } from './open-batch.ts';

const recordsPerTransaction = 32;
const intervalMilliseconds = 1_000;
/** How often a record that is tried alone may fail, a second apart, before it is parked. */
const maxAttempts = 3;

/** While batches come in, the opener rests this many times as long as it has worked, so it takes a twentieth of the time. */
const restPerWork = 19;
/** A kiosk that delivers a long queue is back with its next batch before this; one with a single record is not. */
const quietMilliseconds = 20;

/**
 * Decrypts stored records in the background: when the intake notifies it, and by a timer, for records that another process stored
 * or that were left by a crash. Nothing that a kiosk sends can stop it.
 */
export class Opener {
  readonly #db: Database;
  readonly #keys: ServerKeys;
  readonly #clock: () => Date;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  #failures = 0;
  /** Batches being taken in now, and when the last one was done. */
  #intakes = 0;
  #lastIntake = 0;
  /** How many records are still to be tried alone, after a transaction with them failed. */
  #toTryAlone = 0;

  constructor(db: Database, keys: ServerKeys, clock: () => Date, logger: Logger) {
    this.#db = db;
    this.#keys = keys;
    this.#clock = clock;
    this.#logger = logger;
    this.#timer = setInterval(() => this.notify(), intervalMilliseconds);
    this.#timer.unref();
  }

  /** Returns at once; the work goes on in the background. */
  notify(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#running ??= this.#drain().finally(() => {
      this.#running = null;
    });
  }

  /**
   * Called when a batch comes in. That goes first, because a kiosk waits for its answer.
   * @returns to be called when the batch is done.
   */
  yieldToIntake(): () => void {
    this.#intakes += 1;
    return () => {
      this.#intakes -= 1;
      this.#lastIntake = performance.now();
    };
  }

  /** Resolves when everything that was stored before the call is opened or parked (or the database cannot be reached). */
  async settled(): Promise<void> {
    this.notify();
    while (this.#running !== null) await this.#running;
  }

  /** Finishes the transaction under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #drain(): Promise<void> {
    let worked = 0;
    while (this.#again && !this.#stopped) {
      await this.#rest(worked * restPerWork);
      const started = performance.now();
      this.#again = false;
      const limit = this.#toTryAlone > 0 ? 1 : recordsPerTransaction;
      try {
        const { opened, parked } = await openBatch(this.#db, this.#keys, limit, this.#clock());
        this.#failures = 0;
        this.#toTryAlone -= Math.min(this.#toTryAlone, opened + parked);
        if (opened + parked > 0) this.#logger.info({ opened, parked }, 'records opened');
        if (opened + parked === limit) this.#again = true;
      } catch (error) {
        this.#logger.error({ err: error }, 'opening failed');
        if (!databaseUnavailable(error)) await this.#afterFailure(limit);
      }
      worked = performance.now() - started;
    }
  }

  /** Waits until no batch is coming in, but no longer than this. */
  async #rest(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    const isQuiet = () => this.#intakes === 0 && performance.now() - this.#lastIntake > quietMilliseconds;
    while (!isQuiet() && performance.now() < until && !this.#stopped) await delay(5);
  }

  /** The records of a failed transaction are tried one at a time, and the one at fault is set aside, so that others pass. */
  async #afterFailure(limit: number): Promise<void> {
    if (limit > 1) {
      this.#toTryAlone = limit;
      this.#again = true;
      return;
    }
    this.#failures += 1;
    if (this.#failures < maxAttempts) return;
    this.#failures = 0;
    await parkOldest(this.#db, this.#clock()).catch((error: unknown) => {
      this.#logger.error({ err: error }, 'parking failed');
    });
  }
}
