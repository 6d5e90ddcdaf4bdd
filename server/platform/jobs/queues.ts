import type { QueueOptions } from 'pg-boss';

/** pg-boss's own tables, in the same database. */
export const jobsSchema = 'jobs';

/** Where a job goes whose attempts are used up. Head office sees it, and puts it back. */
export const failedJobs = 'failed-jobs';

const day = 86_400;

/** Each has its own rows, workers and attempts, so that nothing waits behind other work. */
export const queueNames = [
  /** Records that stop something. */
  'open-stops',
  /** All other records. */
  'open-records',
  /** Every minute: records that no job names, and parked ones that another version may be able to read. */
  'find-unopened',
  /** Every minute: makes a job of each text that is due. */
  'find-due-texts',
  'send-text',
  /** Every minute: moves what is under older master keys to the primary one. */
  're-encrypt',
  /** Every minute: forgets what is over. */
  'housekeeping',
] as const;
export type QueueName = (typeof queueNames)[number];

/** How often work may fail for a reason of its own; then it lies among the failed jobs. */
export const attempts = 8;

/**
 * pg-boss counts every attempt alike, so its own limit is far off: what fails for a passing reason is tried for days. A server sends a
 * sign of life for the jobs it has in hand; without one for ten seconds, another server takes them over.
 */
const kept = {
  deadLetter: failedJobs,
  retryLimit: 10_000,
  retryBackoff: true,
  heartbeatSeconds: 10,
  retentionSeconds: 10 * 365 * day,
  deleteAfterSeconds: 60,
};

/** One waits at most; one that fails is not tried again, because the next is a minute away. */
const everyMinute = { policy: 'short', retryLimit: 0, heartbeatSeconds: 10, deleteAfterSeconds: 60 };

export interface QueueSettings extends QueueOptions {
  policy?: string;
  deadLetter?: string;
}

export const queueSettings: Record<QueueName, QueueSettings> = {
  'open-stops': { ...kept, retryDelay: 1, retryDelayMax: 15 },
  'open-records': { ...kept, retryDelay: 2, retryDelayMax: 60 },
  'find-unopened': everyMinute,
  'find-due-texts': everyMinute,
  'send-text': { ...kept, retryDelay: 15, retryDelayMax: 3_600 },
  're-encrypt': everyMinute,
  housekeeping: everyMinute,
};

/** Nobody has to look within a year or two. */
export const failedJobsSettings = { retentionSeconds: kept.retentionSeconds };
