import { sql } from 'kysely';
import { z } from 'zod';
import { bytesSchema, idSchema } from '../../../shared/primitives.ts';
import type { Database } from '../../platform/database/connection.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { VerificationContext } from './context.ts';

const textsAtOnce = 500;

/** What a job of the queue `send-text` says: the place of the record that waits to be confirmed. */
export const textJobSchema = z.strictObject({ subject_id: idSchema, kiosk_id: idSchema, chain_hash: bytesSchema(32) });

/** After a restore without a journal each agreement is asked about once more. Killed in the middle, it goes on. */
async function askAnew(db: Database, now: Date): Promise<void> {
  const state = await db.selectFrom('server_state').select(['asks_anew', 'confirmed_anew_after']).executeTakeFirst();
  if (!state?.asks_anew) return;
  for (let asked = textsAtOnce; asked > 0; ) {
    const { numAffectedRows } = await sql`
      update verifications set due_at = ${now}, asked_after = ${state.confirmed_anew_after}
      where (subject_id, kiosk_id, chain_hash) in (
        select subject_id, kiosk_id, chain_hash from verifications
        where asked_after is distinct from ${state.confirmed_anew_after} limit ${textsAtOnce}
      )`.execute(db);
    asked = Number(numAffectedRows);
  }
  await db
    .updateTable('server_state')
    .set({ asks_anew: false })
    .where('confirmed_anew_after', '=', state.confirmed_anew_after)
    .execute();
}

/**
 * Makes a job of each text with a link that is due: the record was captured offline, or the code was never typed in. Once per record, by
 * as many servers as there are.
 */
export async function queueDueTexts({ db, jobs, messages, publicUrl, clock }: VerificationContext): Promise<void> {
  // Without a page to answer on, there is nothing to ask.
  if (messages === null || publicUrl === null) return;
  await askAnew(db, clock());
  for (let queued = textsAtOnce; queued === textsAtOnce; ) {
    queued = await inTransaction(db, async (transaction) => {
      const due = await transaction
        .selectFrom('verifications')
        .select(['subject_id', 'kiosk_id', 'chain_hash'])
        .where('due_at', '<=', clock())
        .orderBy('due_at')
        .limit(textsAtOnce)
        .forUpdate()
        .skipLocked()
        .execute();
      for (const place of due) {
        await transaction
          .updateTable('verifications')
          .set({ due_at: null })
          .where('subject_id', '=', place.subject_id)
          .where('kiosk_id', '=', place.kiosk_id)
          .where('chain_hash', '=', place.chain_hash)
          .execute();
      }
      await jobs.add('send-text', due, { transaction });
      return due.length;
    });
  }
  jobs.wake('send-text');
}
