import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Logger } from 'pino';
import { toText } from '../../protocol/bytes.ts';
import { CodedError } from '../../shared/errors.ts';
import type { Database } from '../database/connection.ts';
import type { Tables } from '../database/types.ts';
import { recipientIn } from '../messages/recipient.ts';
import type { TextMessage } from '../messages/sender.ts';
import { manageTokenHash } from '../opening/open-batch.ts';
import type { Parts } from '../parts.ts';
import { withoutMessage } from '../problems.ts';
import { say, spokenIn } from '../words/words.ts';
import { historyAt, type Place, personAt } from './found.ts';
import { countMessage, lockRecipient } from './limits.ts';

const recordsAtOnce = 20;
/** A link that could not be texted for this long is not texted any more: the customer has forgotten what it is about. */
const tooLateMilliseconds = 7 * 86_400_000;
const againAfterFailureMilliseconds = 5 * 60_000;

/**
 * Texts a link to everybody whose agreement waits for it: captured offline, or the code was never typed in. Once per record,
 * by as many servers as there are: that it was asked is committed before the text is sent.
 * @returns how many texts were sent.
 */
export async function askForConfirmations(parts: Parts, logger: Logger): Promise<number> {
  const { db, messages, publicUrl, clock } = parts;
  // Without a page to answer on, there is nothing to ask.
  if (messages === null || publicUrl === null) return 0;
  const due = await db
    .selectFrom('verifications')
    .select(['subject_id', 'kiosk_id', 'chain_hash'])
    .where('ask_at', '<=', clock())
    .orderBy('ask_at')
    .limit(recordsAtOnce)
    .execute();
  let sent = 0;
  for (const place of due) {
    const message = await db.transaction().execute((transaction) => prepare(parts, publicUrl, transaction, place));
    if (message === null) continue;
    try {
      await messages.send(message);
      sent += 1;
    } catch (error) {
      logger.warn({ error: withoutMessage(error) }, 'text not sent');
      const again = new Date(clock().getTime() + againAfterFailureMilliseconds);
      await updateVerification(db, place, { ask_at: again });
    }
  }
  if (sent > 0) logger.info({ sent }, 'confirmations asked for');
  return sent;
}

/**
 * Decides whether one record's link is due, and notes that it is sent, so that no other server sends it too.
 * @returns the text to send, or null if there is none.
 */
async function prepare(
  { keys, configurations, clock }: Parts,
  publicUrl: string,
  transaction: Transaction<Tables>,
  place: Place,
): Promise<TextMessage | null> {
  const person = await personAt(transaction, keys, place);
  if (person === null) {
    await updateVerification(transaction, place, { ask_at: null });
    return null;
  }
  const recipient = { subjectId: place.subject_id, number: person.number, kioskId: place.kiosk_id };
  await lockRecipient(transaction, keys.blindIndexKey, recipient);
  const now = clock();
  const { ask_at: askAt } = await transaction
    .selectFrom('verifications')
    .select('ask_at')
    .where('subject_id', '=', place.subject_id)
    .where('kiosk_id', '=', place.kiosk_id)
    .where('chain_hash', '=', place.chain_hash)
    .forUpdate()
    .executeTakeFirstOrThrow();
  // Another server was quicker, or a code was asked for in the meantime.
  if (askAt === null || askAt.getTime() > now.getTime()) return null;
  const { record } = await historyAt(transaction, person, place);
  const tooLate = askAt.getTime() + tooLateMilliseconds < now.getTime();
  const configuration = record && configurations.forStore(record.header.storeId).configuration;
  const to = configuration && recipientIn(configuration, person.number);
  if (record?.standing !== 'pending' || tooLate || !configuration || !to) {
    await updateVerification(transaction, place, { ask_at: null });
    return null;
  }
  try {
    await countMessage(transaction, keys.blindIndexKey, recipient, 'confirmation_request', now);
  } catch (error) {
    if (!(error instanceof CodedError && error.code === 'verification_limited')) throw error;
    const seconds = Number(error.details.retryAfterSeconds);
    await updateVerification(transaction, place, { ask_at: new Date(now.getTime() + seconds * 1000) });
    return null;
  }
  const token = toText(randomBytes(16));
  await updateVerification(transaction, place, { ask_at: null, link_hash: manageTokenHash(token) });
  const language = spokenIn(record.body.language);
  const text = say(language, 'sms.confirm', { brand: configuration.brand.name, link: `${publicUrl}/m/${token}` });
  return { to, text, language, kind: 'confirmation_request' };
}

async function updateVerification(
  db: Database,
  { subject_id, kiosk_id, chain_hash }: Place,
  change: { ask_at: Date | null; link_hash?: string },
): Promise<void> {
  await db
    .updateTable('verifications')
    .set(change)
    .where('subject_id', '=', subject_id)
    .where('kiosk_id', '=', kiosk_id)
    .where('chain_hash', '=', chain_hash)
    .execute();
}
