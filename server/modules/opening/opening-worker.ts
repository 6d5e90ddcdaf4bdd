import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { z } from 'zod';
import { CodedError } from '../../../shared/errors.ts';
import { idSchema } from '../../../shared/primitives.ts';
import type { PlatformContext } from '../../platform/context.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import { isPassing } from '../../platform/jobs/failure.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import { jobsSchema, type QueueName } from '../../platform/jobs/queues.ts';
import { IntakePriority } from './intake-priority.ts';
import { type Opened, type OpeningTools, openBatch } from './open-batch.ts';
import type { RecordBatch } from './record-batch.ts';
import { batchesWithoutJob, type ParkedFilter, type RecordPlace, setApart, unpark, waitingOf } from './unopened.ts';

const recordsPerTransaction = 128;
/** While the database works for one, this process works for the other. Fewer records than these are not worth two transactions. */
const transactionsAtOnce = 2;
const fewRecords = 32;
const batchesPerJob = 16;
/**
 * What came in within this time becomes one job, except for what stops something: that is said at once. With a quarter of it, kiosks that
 * send one record a request had five records to a transaction, and opening cost more statements than the intake.
 */
const gatherMilliseconds = 100;

const jobsAtOnce = 32;

const jobSchema = z.object({
  batches: z.array(idSchema),
  /** About one record that failed: its attempts are counted, so that it is done alone. */
  apart: z.boolean().default(false),
});
type OpeningJob = z.output<typeof jobSchema>;

function joinJobs(jobs: OpeningJob[]): OpeningJob | undefined {
  if (jobs.some(({ apart }) => apart)) return undefined;
  return { batches: jobs.flatMap(({ batches }) => batches), apart: false };
}
const queueOf = (stops: boolean): QueueName => (stops ? 'open-stops' : 'open-records');

export interface OpeningWorkerSettings extends Omit<OpeningTools, 'version'> {
  jobs: Jobs;
  version: () => string;
  clock: () => Date;
  logger: Logger;
}

export interface OpeningContext extends PlatformContext {
  /** Told what was committed, and while a batch comes in. */
  openingWorker: Pick<OpeningWorker, 'enqueue' | 'yieldToIntake' | 'retryParked'>;
}

/**
 * Opens what was taken in, as jobs: each names the batches that came in since the last one. A record that cannot be stored fails alone,
 * and one that cannot be read is parked.
 */
export class OpeningWorker {
  readonly #settings: OpeningWorkerSettings;
  readonly #way = new IntakePriority();
  readonly #gathered = { stops: [] as string[], others: [] as string[] };
  readonly #flushing = new Map<QueueName, Promise<void>>();

  constructor(settings: OpeningWorkerSettings) {
    this.#settings = settings;
  }

  async start(): Promise<void> {
    const { jobs } = this.#settings;
    const schema = z.unknown();
    // Each of many kiosks that send one record at a time brings a batch: a commit for each would fall behind.
    const together = { schema: jobSchema, join: joinJobs, atOnce: jobsAtOnce };
    await jobs.work({ ...together, queue: 'open-stops', run: ({ batches }) => this.#open(batches, true) });
    await jobs.work({ ...together, queue: 'open-records', run: ({ batches }) => this.#open(batches, false) });
    await jobs.work({ queue: 'find-unopened', schema, run: () => this.findUnopened() });
    await jobs.everyMinute('find-unopened');
    // What the last server left when it ended, and what its version could not read.
    void this.findUnopened(0).catch((error: unknown) => {
      this.#settings.logger.warn({ err: error }, 'unopened records not looked for; tried again within a minute');
    });
  }

  /**
   * Has committed batches opened. Returns at once: that a job is made is not worth letting a kiosk wait, because a batch without one is
   * found within two minutes.
   */
  enqueue(batches: RecordBatch[]): void {
    for (const { id, stops } of batches) (stops ? this.#gathered.stops : this.#gathered.others).push(id);
    for (const stops of new Set(batches.map((batch) => batch.stops))) this.#flush(stops);
  }

  /** Called when the server begins to work on a batch; @returns to be called when that is done. */
  yieldToIntake(): () => void {
    return this.#way.yieldToIntake();
  }

  /** Lets parked records be tried again. @returns how many. */
  async retryParked(filter: ParkedFilter): Promise<number> {
    const batches = await unpark(this.#settings.db, filter, this.#settings.clock());
    this.enqueue(batches);
    return batches.reduce((sum, { records }) => sum + records, 0);
  }

  /** Makes a job of every batch that has none, and of what another version parked. */
  async findUnopened(youngestMilliseconds = 30_000): Promise<void> {
    const { db, clock, version } = this.#settings;
    await this.retryParked({ notBy: version() });
    this.enqueue(await batchesWithoutJob(db, new Date(clock().getTime() - youngestMilliseconds)));
  }

  /** Resolves when no job that could begin now is left to be done, whoever does it. */
  async settled(): Promise<void> {
    while ((await this.#unfinished()) > 0) {
      for (const queue of ['open-stops', 'open-records'] as const) this.#settings.jobs.wake(queue);
      await delay(5);
    }
  }

  async #unfinished(): Promise<number> {
    await Promise.all(this.#flushing.values());
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from ${sql.table(`${jobsSchema}.job`)}
      where name in ('open-stops', 'open-records') and state < 'completed'
        and (state = 'active' or start_after <= now())`.execute(this.#settings.db);
    return rows[0]?.n ?? 0;
  }

  #flush(stops: boolean): void {
    const queue = queueOf(stops);
    if (this.#flushing.has(queue)) return;
    const flushing = this.#addJobs(stops)
      .catch((error: unknown) =>
        this.#settings.logger.warn({ err: error }, 'no job was made of a batch; it will be found'),
      )
      .finally(() => this.#flushing.delete(queue));
    this.#flushing.set(queue, flushing);
  }

  async #addJobs(stops: boolean): Promise<void> {
    const gathered = stops ? this.#gathered.stops : this.#gathered.others;
    while (gathered.length > 0) {
      if (!stops) await delay(gatherMilliseconds);
      const jobs = [];
      while (gathered.length > 0) jobs.push({ batches: gathered.splice(0, batchesPerJob) });
      await this.#settings.jobs.add(queueOf(stops), jobs);
    }
  }

  async #open(batches: string[], stops: boolean): Promise<void> {
    const { db, jobs, logger } = this.#settings;
    const total = { opened: 0, parked: 0 };
    let worked = 0;
    for (;;) {
      if (jobs.stopping) throw new CodedError('server_stopping');
      if (!stops) await this.#way.rest(worked);
      const started = performance.now();
      const places = await waitingOf(db, batches, recordsPerTransaction * transactionsAtOnce);
      if (places.length === 0) break;
      for (const { opened, parked } of await this.#openAtOnce(places, batches)) {
        total.opened += opened;
        total.parked += parked;
      }
      worked = performance.now() - started;
    }
    if (total.opened + total.parked > 0) logger.info(total, 'records opened');
  }

  /** @throws what the first of the transactions threw, when all of them are over. */
  async #openAtOnce(places: RecordPlace[], batches: string[]): Promise<Opened[]> {
    const share = Math.max(fewRecords, Math.ceil(places.length / transactionsAtOnce));
    const shares = [places.slice(0, share), places.slice(share)].filter(({ length }) => length > 0);
    const done = await Promise.allSettled(shares.map((each) => this.#openPlaces(each, batches)));
    return done.map((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    });
  }

  /** Opens all of these; those that fail for a reason of their own are set apart, so that the others pass. */
  async #openPlaces(places: RecordPlace[], batches: string[]): Promise<Opened> {
    const { clock, version } = this.#settings;
    try {
      const done = await openBatch({ ...this.#settings, version: version() }, places, clock());
      // Another server took the job over and is at it.
      if (done.opened + done.parked === 0) throw new CodedError('opened_elsewhere');
      return done;
    } catch (error) {
      const [place] = places;
      if (isPassing(error) || place === undefined) throw error;
      if (places.length === 1) return await this.#failAlone(place, batches, error);
      const half = Math.ceil(places.length / 2);
      const first = await this.#openPlaces(places.slice(0, half), batches);
      const second = await this.#openPlaces(places.slice(half), batches);
      return { opened: first.opened + second.opened, parked: first.parked + second.parked };
    }
  }

  /** @throws the error, if the job is about this record alone: its attempts are counted. */
  async #failAlone(place: RecordPlace, batches: string[], error: unknown): Promise<Opened> {
    const { db, jobs, logger } = this.#settings;
    if (batches.length === 1 && (await this.#isAlone(batches))) throw error;
    logger.warn(
      { err: error, kioskId: place.kiosk_id, sequence: place.sequence },
      'record not opened, to be tried alone',
    );
    await inTransaction(db, async (transaction) => {
      const { id, stops } = await setApart(transaction, place);
      await jobs.add(queueOf(stops), [{ batches: [id], apart: true }], { transaction, delaySeconds: 1 });
    });
    return { opened: 0, parked: 0 };
  }

  async #isAlone(batches: string[]): Promise<boolean> {
    return (await waitingOf(this.#settings.db, batches, 2)).length === 1;
  }
}
