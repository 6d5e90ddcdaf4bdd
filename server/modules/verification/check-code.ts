import type { VerificationResult } from '../../../shared/contracts/wire.ts';
import { CodedError } from '../../../shared/errors.ts';
import { recordAction } from '../../platform/audit-trail/record-action.ts';
import { kioskPrincipal } from '../../platform/auth/principals.ts';
import type { Database } from '../../platform/database/connection.ts';
import { nextServerSequence } from '../../platform/database/server-sequence.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { MasterKeys } from '../../platform/keys/master-keys.ts';
import { codeLifetimeMilliseconds, hashCode, sameHash } from './codes.ts';

/**
 * Compares a typed code; each comparison costs a try. The right code of a lost answer may be sent again.
 * @throws CodedError verification_over: expired, no try left, or not a verification of this kiosk
 */
export async function checkCode(
  db: Database,
  master: MasterKeys,
  kioskId: string,
  verificationId: string,
  code: string,
  now: Date,
): Promise<VerificationResult> {
  return await inTransaction(db, async (transaction) => {
    // The row stays locked until the try is counted, so that many guesses at once are still three.
    const row = await transaction
      .selectFrom('verifications')
      .selectAll()
      .where('id', '=', verificationId)
      .where('kiosk_id', '=', kioskId)
      .forUpdate()
      .executeTakeFirst();
    if (
      row === undefined ||
      row.code_hash === null ||
      row.code_key_id === null ||
      row.code_sent_at === null ||
      row.tries_left === 0 ||
      row.code_sent_at.getTime() + codeLifetimeMilliseconds <= now.getTime()
    )
      throw new CodedError('verification_over');
    const confirmed = sameHash(hashCode(master.byId(row.code_key_id), verificationId, code), row.code_hash);
    const triesLeft = confirmed ? row.tries_left : row.tries_left - 1;
    await transaction
      .updateTable('verifications')
      .set(
        confirmed
          ? {
              confirmed_at: row.confirmed_at ?? now,
              confirmed_sequence: row.confirmed_sequence ?? (await nextServerSequence(transaction)),
              due_at: null,
            }
          : { tries_left: triesLeft, ...(triesLeft === 0 ? { code_hash: null, code_key_id: null } : {}) },
      )
      .where('subject_id', '=', row.subject_id)
      .where('id', '=', verificationId)
      .execute();
    const about = { kind: 'subject', id: row.subject_id } as const;
    if (confirmed) await recordAction(transaction, kioskPrincipal(kioskId), { action: 'number.confirmed', about }, now);
    return { confirmed, triesLeft };
  });
}
