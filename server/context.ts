import type { SignedConfigurations } from './modules/configuration/signed.ts';
import type { Outbox } from './modules/messaging/outbox.ts';
import type { MessageSender } from './modules/messaging/sender.ts';
import type { OpeningWorker } from './modules/opening/opening-worker.ts';
import type { Database } from './platform/database/connection.ts';
import type { Jobs } from './platform/jobs/jobs.ts';
import type { ServerKeys } from './platform/keys/keys.ts';

/** What the routes are made of; server/main.ts builds it, tests build their own. */
export interface Context {
  db: Database;
  keys: ServerKeys;
  configurations: SignedConfigurations;
  adminToken: string;
  clock: () => Date;
  /** Of this program: kiosks try again what another version refused. */
  version: string;
  /** Work that waits: head office sees what failed. */
  jobs: Pick<Jobs, 'add' | 'wake' | 'failed' | 'countFailed' | 'putBack'>;
  /** Told what was committed, and while a batch comes in. */
  openingWorker: Pick<OpeningWorker, 'enqueue' | 'yieldToIntake' | 'retryParked'>;
  /** Null: this server sends no texts. */
  messages: MessageSender | null;
  /** Shown on a page of its own; null where there is none. */
  outbox: Outbox | null;
  /** Where customers reach the manage page, without a final slash; null where they cannot. */
  publicUrl: string | null;
  limits: {
    /** Of one network. */
    enrolmentsPerMinute: number;
    pagesPerMinute: number;
    refusalsPerMinute: number;
    /** Whoever comes while the process is later than this on average is asked to come back. */
    eventLoopDelayMilliseconds: number;
  };
}
