import type { SignedConfigurations } from './configuration/signed.ts';
import type { Database } from './database/connection.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { ServerKeys } from './keys.ts';
import type { Outbox } from './messages/outbox.ts';
import type { MessageSender } from './messages/sender.ts';
import type { Opener } from './opening/opener.ts';

/** What the routes are made of; server/main.ts builds it, tests build their own. */
export interface Parts {
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
  opener: Pick<Opener, 'enqueue' | 'yieldToIntake' | 'retryParked'>;
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
