import { z } from 'zod';
import type { Context } from './context.ts';
import { forgetOldCodes } from './modules/enrolment/codes.ts';
import { forgetOldNonces } from './modules/fleet/nonces.ts';
import { reEncrypt, reEncryptJobSchema } from './modules/key-rotation/re-encrypt.ts';
import { queueDueTexts, textJobSchema } from './modules/verification/due-texts.ts';
import { forgetOldMessages } from './modules/verification/limits.ts';
import { sendLink } from './modules/verification/send-link.ts';
import { prepareMonths } from './platform/database/months.ts';
import type { Jobs } from './platform/jobs/jobs.ts';

/** What a server does besides answering: records are opened by the opener, the rest is here. */
export async function startBackgroundWork(jobs: Jobs, context: Context): Promise<void> {
  const schema = z.unknown();
  await jobs.work({ queue: 'send-text', schema: textJobSchema, atOnce: 4, run: (place) => sendLink(context, place) });
  await jobs.work({ queue: 'find-due-texts', schema, run: () => queueDueTexts(context) });
  await jobs.work({
    queue: 're-encrypt',
    schema: reEncryptJobSchema,
    run: (place) => reEncrypt(context, jobs, place),
  });
  await jobs.work({ queue: 'housekeeping', schema, run: () => runMaintenance(context) });
  for (const queue of ['find-due-texts', 're-encrypt', 'housekeeping'] as const) await jobs.everyMinute(queue);
}

async function runMaintenance({ db, clock, journal }: Context): Promise<void> {
  const now = clock();
  // Where its disk failed, it is tried again.
  await journal.write();
  await prepareMonths(db, now);
  await forgetOldNonces(db, now);
  await forgetOldCodes(db, now);
  await forgetOldMessages(db, now);
}
