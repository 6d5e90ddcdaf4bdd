import type { Database } from './database/connection.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { Journal } from './journal/journal.ts';
import type { ServerKeys } from './keys/keys.ts';

/** What is done when the database turns out to have been restored from a backup. */
export interface Recovery {
  /** @param from the epoch that ends. @param beyond a number that was given before the restore. */
  begin(from: string, beyond: number): Promise<void>;
  /** Resolves when the journal was played back in the epoch that is in force. Nothing is sent to anybody before that. */
  caughtUp(): Promise<void>;
}

/** What every module is given; it names no module. A module that needs more says so in an interface of its own. */
export interface PlatformContext {
  db: Database;
  keys: ServerKeys;
  clock: () => Date;
  /** Of this program: kiosks try again what another version refused. */
  version: string;
  adminToken: string;
  /** Work that waits: head office sees what failed. */
  jobs: Pick<Jobs, 'add' | 'wake' | 'failed' | 'countFailed' | 'putBack'>;
  /** What stops, erases or revokes is told to it in its own transaction, and written before anybody is answered. */
  journal: Pick<Journal, 'add' | 'write' | 'state'>;
  recovery: Recovery;
  /** Where customers reach their own page, without a final slash; null where they cannot. */
  publicUrl: string | null;
  limits: {
    /** Of one network. */
    enrolmentsPerMinute: number;
    pagesPerMinute: number;
    refusalsPerMinute: number;
    /** How old what /health says may be. */
    healthMilliseconds: number;
    /** Whoever comes while the process is later than this on average is asked to come back. */
    eventLoopDelayMilliseconds: number;
  };
}
