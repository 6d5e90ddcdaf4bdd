import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Database, databaseUnavailable } from '../database/connection.ts';
import type { ServerKeys } from '../keys.ts';
import { openBatch, parkOldest } from './open-batch.ts';

const recordsPerTransaction = 32;
const intervalMilliseconds = 1_000;
/** How often a record may fail by itself, a second apart, before it is parked. */
const patience = 3;

/** While batches are taken in, the opener rests this many times as long as it has worked: it takes a twentieth of the time. */
const restPerWork = 19;
/** A kiosk that delivers a long queue is back with its next batch before this; one with a single record is not. */
const quietMilliseconds = 20;

/**
 * Opens what the intake stored, right behind it: woken by it, and by a timer for records that another process stored or that
 * a crash left. Nothing a kiosk sent can stop it.
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
  /** How many records are still to be tried one at a time. */
  #careful = 0;

  constructor(db: Database, keys: ServerKeys, clock: () => Date, logger: Logger) {
    this.#db = db;
    this.#keys = keys;
    this.#clock = clock;
    this.#logger = logger;
    this.#timer = setInterval(() => this.wake(), intervalMilliseconds);
    this.#timer.unref();
  }

  /** Returns at once; the work goes on in the background. */
  wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#running ??= this.#drain().finally(() => {
      this.#running = null;
    });
  }

  /**
   * A batch is being taken in: that comes first, because a kiosk waits for it and holds the connection.
   * @returns to be called when it is done.
   */
  giveWay(): () => void {
    this.#intakes += 1;
    return () => {
      this.#intakes -= 1;
      this.#lastIntake = performance.now();
    };
  }

  /** Resolves when everything that was stored before the call is opened or parked (or the database cannot be reached). */
  async settled(): Promise<void> {
    this.wake();
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
      const limit = this.#careful > 0 ? 1 : recordsPerTransaction;
      try {
        const { opened, parked } = await openBatch(this.#db, this.#keys, limit, this.#clock());
        this.#failures = 0;
        this.#careful -= Math.min(this.#careful, opened + parked);
        if (opened + parked > 0) this.#logger.info({ opened, parked }, 'records opened');
        if (opened + parked === limit) this.#again = true;
      } catch (error) {
        this.#logger.error({ err: error }, 'opening failed');
        if (!databaseUnavailable(error)) await this.#afterFailure(limit);
      }
      worked = performance.now() - started;
    }
  }

  /** Until the intake is quiet, but no longer than this. */
  async #rest(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    const isQuiet = () => this.#intakes === 0 && performance.now() - this.#lastIntake > quietMilliseconds;
    while (!isQuiet() && performance.now() < until && !this.#stopped) await delay(5);
  }

  /** The records of a failed transaction are tried one at a time, and the one at fault is set aside, so that others pass. */
  async #afterFailure(limit: number): Promise<void> {
    if (limit > 1) {
      this.#careful = limit;
      this.#again = true;
      return;
    }
    this.#failures += 1;
    if (this.#failures < patience) return;
    this.#failures = 0;
    await parkOldest(this.#db, this.#clock()).catch((error: unknown) => {
      this.#logger.error({ err: error }, 'parking failed');
    });
  }
}
