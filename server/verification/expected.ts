import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Tables } from '../database/types.ts';

/** Time for a code to be asked for by the customer who is still at the kiosk. */
const patienceMilliseconds = 3 * 60_000;

export interface Expected {
  subjectId: string;
  kioskId: string;
  chainHash: string;
  recordId: string;
  /** Whether the record has to be confirmed before anything may be sent. */
  needed: boolean;
}

/** Notes, in the transaction that opens them, which records can be confirmed. */
export async function expectConfirmations(
  transaction: Transaction<Tables>,
  expected: Expected[],
  now: Date,
): Promise<void> {
  if (expected.length === 0) return;
  const rows = expected.map(({ subjectId, kioskId, chainHash, recordId, needed }) => ({
    subject_id: subjectId,
    kiosk_id: kioskId,
    chain_hash: chainHash,
    id: randomUUID(),
    record_id: recordId,
    ask_at: needed ? new Date(now.getTime() + patienceMilliseconds) : null,
  }));
  await transaction.insertInto('verifications').values(rows).execute();
}
