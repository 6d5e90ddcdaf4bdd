import type { Transaction } from 'kysely';
import type { PhoneNumber } from '../../../shared/phone/number.ts';
import type { PlatformContext } from '../../platform/context.ts';
import type { Tables } from '../../platform/database/types.ts';
import { knownPlaces } from '../subjects/known-places.ts';

interface Stop {
  number: PhoneNumber;
  subject_id: string;
  kiosk_id: string;
  chain_hash: string;
  record_id: string;
  sequence: number;
  server_sequence: number;
  received_at: Date;
}

/** That a kiosk's record ends what was agreed for a number: the kiosk may be gone when the database has to be restored. */
export async function tellJournal(
  transaction: Transaction<Tables>,
  journal: PlatformContext['journal'],
  stop: Stop,
): Promise<void> {
  await journal.add(transaction, {
    kind: 'withdrawn',
    id: stop.record_id,
    source: 'record',
    number: stop.number,
    kioskId: stop.kiosk_id,
    sequence: stop.sequence,
    chainHash: stop.chain_hash,
    known: await knownPlaces(transaction, stop.subject_id, stop.server_sequence),
    serverSequence: stop.server_sequence,
    happenedAt: stop.received_at.toISOString(),
  });
}
