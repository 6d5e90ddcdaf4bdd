import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Tables } from '../../platform/database/types.ts';

/** As long as this, a customer who is still at the kiosk can ask for a code; then a link is texted. */
const linkAfterMilliseconds = 3 * 60_000;

export interface Expected {
  subjectId: string;
  kioskId: string;
  chainHash: string;
  recordId: string;
  /** Whether the record has to be confirmed before anything may be sent. */
  needed: boolean;
}

/** Creates the verifications of the records that can be confirmed, in the transaction that opens them. */
export async function createVerifications(
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
    due_at: needed ? new Date(now.getTime() + linkAfterMilliseconds) : null,
  }));
  await transaction.insertInto('verifications').values(rows).execute();
}
