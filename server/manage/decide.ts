import { randomUUID } from 'node:crypto';
import { CodedError } from '../../shared/errors.ts';
import { nextServerSequence } from '../database/server-sequence.ts';
import { recipientIn } from '../messages/recipient.ts';
import type { TextMessage } from '../messages/sender.ts';
import type { Parts } from '../parts.ts';
import { historyAt } from '../verification/found.ts';
import { lockSubject, type Reservation, recordMessage } from '../verification/limits.ts';
import { say, spokenIn } from '../words/words.ts';
import type { Opened } from './find.ts';

/**
 * Withdraws everything for the number; a second time changes nothing. If messages may have been sent by now, one text says that
 * they have stopped. It is recorded in the same transaction and sent after it, so it is never sent twice.
 * @returns the text to send, if any, and that it was counted.
 */
export async function withdraw(
  parts: Parts,
  { place, person }: Opened,
): Promise<{ text: TextMessage; reservation: Reservation } | null> {
  const { db, keys, clock, messages, configurations } = parts;
  return await db.transaction().execute(async (transaction) => {
    await lockSubject(transaction, place.subject_id);
    const { history, record } = await historyAt(transaction, person, place);
    const standing = history.records.map((each) => each.standing);
    if (record === undefined) throw new CodedError('internal');
    if (!standing.includes('pending') && !standing.includes('active')) return null;
    const now = clock();
    const what = { id: randomUUID(), kind: 'withdrawn', source: 'manage_page', happened_at: now } as const;
    const server_sequence = await nextServerSequence(transaction);
    await transaction
      .insertInto('server_events')
      .values({ ...place, ...what, server_sequence })
      .execute();
    const { configuration } = configurations.forStore(record.header.storeId);
    const to = recipientIn(configuration, person.number);
    if (messages === null || to === null || !standing.includes('active')) return null;
    const recipient = { subjectId: place.subject_id, number: person.number, kioskId: place.kiosk_id };
    const reservation = await recordMessage(transaction, keys.blindIndexKey, recipient, 'withdrawal_confirmed', now);
    const language = spokenIn(record.body.language);
    const text = say(language, 'sms.stopped', { brand: configuration.brand.name });
    return { text: { to, text, language, kind: 'withdrawal_confirmed' }, reservation };
  });
}

/** Confirms the number, because whoever follows the link of a text has it. From a receipt, or after a withdrawal, it does nothing. */
export async function confirm({ db, clock }: Parts, { place, person, byText }: Opened): Promise<void> {
  if (!byText) return;
  await db.transaction().execute(async (transaction) => {
    await lockSubject(transaction, place.subject_id);
    const { record } = await historyAt(transaction, person, place);
    if (record?.standing !== 'pending') return;
    await transaction
      .updateTable('verifications')
      .set({
        confirmed_at: clock(),
        confirmed_sequence: await nextServerSequence(transaction),
        ask_at: null,
      })
      .where('subject_id', '=', place.subject_id)
      .where('kiosk_id', '=', place.kiosk_id)
      .where('chain_hash', '=', place.chain_hash)
      .execute();
  });
}
