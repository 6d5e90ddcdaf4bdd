import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import { CodedError } from '../../../shared/errors.ts';
import { recordAction } from '../../platform/audit-trail/record-action.ts';
import { dataSubject } from '../../platform/auth/principals.ts';
import { nextServerSequence } from '../../platform/database/server-sequence.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { Tables } from '../../platform/database/types.ts';
import { say, spokenIn } from '../../platform/i18n/messages.ts';
import { stands } from '../consent/history.ts';
import { historyWithRecord } from '../consent/person.ts';
import { recipientIn } from '../messaging/recipient.ts';
import type { TextMessage } from '../messaging/sender.ts';
import { knownPlaces } from '../subjects/known-places.ts';
import type { VerificationContext } from '../verification/context.ts';
import { lockSubject, type Reservation, recordMessage } from '../verification/limits.ts';
import type { Opened } from './resolve-token.ts';

interface Stopped {
  text: TextMessage;
  reservation: Reservation;
}

/**
 * Withdraws everything for the number, or from a receipt what that receipt's record gave and nothing else: whoever typed in
 * somebody's number holds a receipt for it. A second time changes nothing. If messages may have been sent by now and none may be
 * any more, one text says that they have stopped. It is recorded in the same transaction and sent after it, so it is never sent twice.
 * @returns the text to send, if any, and that it was counted.
 */
export async function withdraw(context: VerificationContext, opened: Opened): Promise<Stopped | null> {
  const { db, journal } = context;
  const text = await inTransaction(db, (transaction) => withdrawIn(context, transaction, opened));
  await journal.write();
  return text;
}

async function withdrawIn(
  { keys, clock, messages, configurations, journal }: VerificationContext,
  transaction: Transaction<Tables>,
  { place, person, byText }: Opened,
): Promise<Stopped | null> {
  await lockSubject(transaction, place.subject_id);
  const { history, record } = await historyWithRecord(transaction, person, place);
  if (record === undefined) throw new CodedError('internal');
  const standing = history.records.filter(stands);
  if (byText ? standing.length === 0 : record.stoppedByReceipt !== null) return null;
  const now = clock();
  const source = byText ? 'manage_page' : 'receipt_page';
  const what = { id: randomUUID(), kind: 'withdrawn', source, happened_at: now } as const;
  const server_sequence = await nextServerSequence(transaction);
  await transaction
    .insertInto('server_events')
    .values({ ...place, ...what, server_sequence })
    .execute();
  const about = { kind: 'subject', id: place.subject_id } as const;
  await recordAction(transaction, dataSubject(place.subject_id), { action: 'consent.withdrawn', about }, now);
  await journal.add(transaction, {
    kind: 'withdrawn',
    id: what.id,
    source,
    number: person.number,
    kioskId: place.kiosk_id,
    sequence: record.origin.sequence,
    chainHash: place.chain_hash,
    known: await knownPlaces(transaction, place.subject_id, server_sequence),
    serverSequence: server_sequence,
    happenedAt: now.toISOString(),
  });
  const { configuration } = configurations.forStore(record.origin.storeId);
  const to = recipientIn(configuration, person.number);
  const allStopped = byText || standing.every((each) => each === record);
  const wasActive = standing.some(({ consentStatus }) => consentStatus === 'active');
  if (messages === null || to === null || !allStopped || !wasActive) return null;
  const recipient = { subjectId: place.subject_id, number: person.number, kioskId: place.kiosk_id };
  const { primary } = await keys.master.inUse(transaction);
  const reservation = await recordMessage(transaction, primary, recipient, 'withdrawal_confirmed', now);
  const language = spokenIn(record.body.language);
  const text = say(language, 'sms.stopped', { brand: configuration.brand.name });
  return { text: { to, text, language, kind: 'withdrawal_confirmed' }, reservation };
}

/** Confirms the number, because whoever follows the link of a text has it. From a receipt, or after a withdrawal, it does nothing. */
export async function confirm({ db, clock }: VerificationContext, { place, person, byText }: Opened): Promise<void> {
  if (!byText) return;
  await inTransaction(db, async (transaction) => {
    await lockSubject(transaction, place.subject_id);
    const { record } = await historyWithRecord(transaction, person, place);
    if (record?.consentStatus !== 'pending') return;
    const now = clock();
    await transaction
      .updateTable('verifications')
      .set({
        confirmed_at: now,
        confirmed_sequence: await nextServerSequence(transaction),
        due_at: null,
      })
      .where('subject_id', '=', place.subject_id)
      .where('kiosk_id', '=', place.kiosk_id)
      .where('chain_hash', '=', place.chain_hash)
      .execute();
    const about = { kind: 'subject', id: place.subject_id } as const;
    await recordAction(transaction, dataSubject(place.subject_id), { action: 'number.confirmed', about }, now);
  });
}
