import { z } from 'zod';
import type { Database } from './database/connection.ts';
import { forgetOldCodes } from './enrolment/codes.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { Parts } from './parts.ts';
import { forgetOldNonces } from './requests/nonces.ts';
import { queueDueTexts, textJobSchema } from './verification/due-texts.ts';
import { forgetOldMessages } from './verification/limits.ts';
import { sendLink } from './verification/send-link.ts';

/** What a server does besides answering: records are opened by the opener, the rest is here. */
export async function startBackgroundWork(jobs: Jobs, parts: Parts): Promise<void> {
  const schema = z.unknown();
  await jobs.work({ queue: 'send-text', schema: textJobSchema, atOnce: 4, run: (place) => sendLink(parts, place) });
  await jobs.work({ queue: 'find-due-texts', schema, run: () => queueDueTexts(parts) });
  await jobs.work({ queue: 'housekeeping', schema, run: () => keepHouse(parts.db, parts.clock()) });
  for (const queue of ['find-due-texts', 'housekeeping'] as const) await jobs.everyMinute(queue);
}

async function keepHouse(db: Database, now: Date): Promise<void> {
  await forgetOldNonces(db, now);
  await forgetOldCodes(db, now);
  await forgetOldMessages(db, now);
}
