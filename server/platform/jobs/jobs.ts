import { fromKysely, type JobWithMetadata, PgBoss, type QueueOptions } from 'pg-boss';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from '../database/connection.ts';
import { withoutMessage } from '../logging/without-message.ts';
import { type Failure, failureOf, isPassing } from './failure.ts';
import {
  attempts,
  failedJobs,
  failedJobsSettings,
  jobsSchema,
  type QueueName,
  queueNames,
  queueSettings,
} from './queues.ts';

export interface JobSettings {
  /** Instead of each queue's own: how long a failed job waits until it is tried again. */
  delays?: Pick<QueueOptions, 'retryDelay' | 'retryDelayMax'>;
  /** Whether this process sees to it that what is due every minute becomes a job. */
  schedule?: boolean;
}

export interface Work<Data> {
  queue: QueueName;
  schema: z.ZodType<Data>;
  /** How many jobs one fetch takes. They are done one after another, each with its own outcome, or joined. */
  atOnce?: number;
  /** Makes one of several, so that many small jobs cost no more than a large one; undefined where each is to be done alone. */
  join?: (data: Data[]) => Data | undefined;
  run(data: Data): Promise<void>;
}

export interface FailedJob {
  id: string;
  queue: string;
  /** Of the work itself, not of its failure. */
  createdAt: Date;
  failedAt: Date;
  attempts: number;
  failure: Failure;
}

const pollingSeconds = 0.5;
const patienceMilliseconds = 15_000;

/**
 * Work that waits: jobs in the database, done by whichever server is free, tried again with a growing delay, and set aside for head
 * office when they cannot be done. Over pg-boss, which keeps them in a schema of its own.
 */
export class Jobs {
  readonly #boss: PgBoss;
  readonly #logger: Logger;
  readonly #workers = new Map<QueueName, string>();
  #stopping = false;

  private constructor(boss: PgBoss, logger: Logger) {
    this.#boss = boss;
    this.#logger = logger;
  }

  /** @param db connections of its own, so that no job waits for the requests' connections. */
  static async start(db: Database, logger: Logger, { delays = {}, schedule = true }: JobSettings = {}): Promise<Jobs> {
    const boss = new PgBoss({
      db: fromKysely(db),
      schema: jobsSchema,
      schedule,
      superviseIntervalSeconds: 5,
      monitorIntervalSeconds: 5,
      maintenanceIntervalSeconds: 60,
    });
    boss.on('error', (error) =>
      logger.warn({ error: withoutMessage(error) }, 'jobs: the database did not take a statement'),
    );
    boss.on('warning', ({ message }) => logger.warn({ warning: message }, 'jobs: warning'));
    await boss.start();
    await boss.createQueue(failedJobs, failedJobsSettings);
    for (const name of queueNames) {
      const { policy, ...own } = queueSettings[name];
      const options = own.retryBackoff === true ? { ...own, ...delays } : own;
      await boss.createQueue(name, policy === undefined ? options : { ...options, policy });
      await boss.updateQueue(name, options);
    }
    return new Jobs(boss, logger);
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** @param transaction the jobs are there if it commits; without one, at once. */
  async add(queue: QueueName, data: object[], { transaction, delaySeconds }: AddOptions = {}): Promise<void> {
    if (data.length === 0) return;
    const startAfter = delaySeconds === undefined ? {} : { startAfter: delaySeconds };
    const jobs = data.map((each) => ({ data: each, ...startAfter }));
    await this.#boss.insert(queue, jobs, transaction === undefined ? {} : { db: fromKysely(transaction) });
    if (transaction === undefined) this.wake(queue);
  }

  /** Has this server look for work now, and not at its next turn. */
  wake(queue: QueueName): void {
    const worker = this.#workers.get(queue);
    if (worker !== undefined && !this.#stopping) this.#boss.notifyWorker(worker);
  }

  async work<Data>({ queue, schema, atOnce = 1, join, run }: Work<Data>): Promise<void> {
    const options = {
      batchSize: atOnce,
      burstWhenBatchFull: true,
      pollingIntervalSeconds: pollingSeconds,
      perJobResults: true,
      includeMetadata: true,
    } as const;
    const worker = await this.#boss.work<unknown, unknown, typeof options>(queue, options, async (jobs) => {
      const read = jobs
        .map(({ data }) => schema.safeParse(data))
        .flatMap(({ data }) => (data === undefined ? [] : [data]));
      const joined = read.length === jobs.length && jobs.length > 1 ? join?.(read) : undefined;
      if (joined !== undefined) {
        const error = await this.#attempt(() => run(joined));
        if (error === null || isPassing(error)) return jobs.map((job) => this.#outcomeOf(job, error));
      }
      const results = [];
      for (const job of jobs) {
        results.push(this.#outcomeOf(job, await this.#attempt(() => run(schema.parse(job.data)))));
      }
      return results;
    });
    this.#workers.set(queue, worker);
  }

  async everyMinute(queue: QueueName): Promise<void> {
    await this.#boss.schedule(queue, '* * * * *');
  }

  async failed(): Promise<FailedJob[]> {
    const jobs = await this.#boss.findJobs<object>(failedJobs, { queued: true });
    return jobs.map((job) => ({
      id: job.id,
      queue: job.sourceName ?? '',
      createdAt: job.sourceCreatedOn ?? job.createdOn,
      failedAt: job.createdOn,
      attempts: (job.sourceRetryCount ?? 0) + 1,
      failure: readFailure(job.sourceOutput),
    }));
  }

  async countFailed(): Promise<number> {
    return (await this.#boss.previewRedrive(failedJobs)).total;
  }

  /** @param ids absent: all of them. @returns how many were put back; they begin with all their attempts. */
  async putBack(ids?: string[]): Promise<number> {
    let putBack = 0;
    for (let moved = 1; moved > 0; putBack += moved) {
      moved = await this.#boss.redrive(failedJobs, ids === undefined ? {} : { ids });
    }
    for (const queue of queueNames) this.wake(queue);
    return putBack;
  }

  /** Finishes the jobs in hand; those that were fetched and not begun are left to another server. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#boss.stop({ close: false, timeout: patienceMilliseconds });
  }

  /** @returns why it failed, or null. */
  async #attempt(run: () => Promise<void>): Promise<unknown> {
    try {
      if (this.#stopping) throw new CodedError('server_stopping');
      await run();
      return null;
    } catch (error) {
      return error;
    }
  }

  /** @param error null if the job is done. */
  #outcomeOf(job: JobWithMetadata<unknown>, error: unknown) {
    if (error === null) return { id: job.id, status: 'completed' as const };
    const attempt = job.retryCount + 1;
    const over = !isPassing(error) && attempt >= attempts;
    const told = { queue: job.name, jobId: job.id, attempt, error: withoutMessage(error) };
    this.#logger.warn(told, over ? 'job set aside' : 'job failed, to be tried again');
    return { id: job.id, status: over ? ('deadletter' as const) : ('failed' as const), output: failureOf(error) };
  }
}

interface AddOptions {
  transaction?: Database;
  delaySeconds?: number;
}

/** What `#outcomeOf` stored, or what pg-boss did when a server gave no sign of life. */
function readFailure(output: object | null): Failure {
  const { error, code } = (output ?? {}) as Partial<Failure>;
  return { error: String(error ?? 'Error'), code: String(code ?? 'server_lost') };
}
