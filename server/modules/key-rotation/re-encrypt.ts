import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { CodedError } from '../../../shared/errors.ts';
import type { PlatformContext } from '../../platform/context.ts';
import { rotatingMasterKeys } from '../../platform/database/installation-keys.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import { moveSubjects } from './move-subjects.ts';
import { settleOlderKeys } from './rows-under-keys.ts';

/** A job is over within a minute or two; the next one goes on where it ended. */
const transactionsPerJob = 200;

/** What a job says: behind which blind index it goes on. One that says nothing begins with the first. */
export const reEncryptJobSchema = z.object({ after: z.string() }).catch({ after: '' });

/**
 * Moves what is under older master keys to the primary one. Any server may do it, several at once share it, and it takes half of a process's time
 * at most. What a server had in hand when it was killed is rolled back, and found again by the job of the next minute.
 */
export async function reEncrypt(
  { db, keys, clock }: PlatformContext,
  jobs: Jobs,
  { after }: { after: string },
): Promise<void> {
  let unreadable = 0;
  if ((await rotatingMasterKeys(db)).length > 0) {
    let last = after;
    for (let transactions = 0; ; transactions += 1) {
      if (jobs.stopping) throw new CodedError('server_stopping');
      if (transactions === transactionsPerJob) return await jobs.add('re-encrypt', [{ after: last }]);
      const started = performance.now();
      const moved = await moveSubjects(db, keys.master, last);
      if (moved === null) break;
      last = moved.last;
      unreadable += moved.unreadable;
      await delay(performance.now() - started);
    }
  }
  await settleOlderKeys(db, clock());
  if (unreadable > 0) throw new CodedError('subjects_unreadable', { subjects: unreadable });
}
