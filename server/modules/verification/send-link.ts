import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import { toText } from '../../../protocol/bytes.ts';
import { CodedError } from '../../../shared/errors.ts';
import { recordAction } from '../../platform/audit-trail/record-action.ts';
import { jobPrincipal } from '../../platform/auth/principals.ts';
import type { Database } from '../../platform/database/connection.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { Tables } from '../../platform/database/types.ts';
import { say, spokenIn } from '../../platform/i18n/messages.ts';
import { hashToken } from '../../platform/keys/tokens.ts';
import type { KnownRecord } from '../consent/history.ts';
import { historyWithRecord, type Place, personOfRecord } from '../consent/person.ts';
import { nextHourForTexts } from '../messaging/hours.ts';
import { recipientIn } from '../messaging/recipient.ts';
import type { TextMessage } from '../messaging/sender.ts';
import { codeLifetimeMilliseconds } from './codes.ts';
import type { VerificationContext } from './context.ts';
import { lockRecipient, type Reservation, releaseMessage, reserveMessage } from './limits.ts';

/** Who agreed longer ago than this is not asked any more: the customer has forgotten what it is about. */
const tooLateMilliseconds = 7 * 86_400_000;
/** Who agreed within this time waits for the text, and gets it at any hour. */
const freshMilliseconds = 60 * 60_000;

type Change = { due_at: Date } | { link_hash: string };

/**
 * Texts a link to who agreed, if that is still wanted; or puts it off, and it becomes a job again when it is due. Counted before it is
 * handed over, so that no limit is passed by many at once, and not counted any more if the provider did not take it.
 * @throws what the provider says: the job is tried again.
 */
export async function sendLink(context: VerificationContext, place: Place): Promise<void> {
  const { db, messages, publicUrl, recovery } = context;
  if (messages === null || publicUrl === null) return;
  await recovery.caughtUp();
  const prepared = await inTransaction(db, (transaction) => prepare(context, publicUrl, transaction, place));
  if (prepared === null) return;
  try {
    await messages.send(prepared.message);
  } catch (error) {
    await releaseMessage(db, prepared.reservation);
    throw new CodedError('messages_unavailable', {}, { cause: error });
  }
}

interface Prepared {
  message: TextMessage;
  reservation: Reservation;
}

/** @returns null if nothing is to be sent now. */
async function prepare(
  { keys, configurations, clock }: VerificationContext,
  publicUrl: string,
  transaction: Transaction<Tables>,
  place: Place,
): Promise<Prepared | null> {
  const person = await personOfRecord(transaction, keys, place);
  if (person === null) return null;
  const recipient = { subjectId: place.subject_id, number: person.number, kioskId: place.kiosk_id };
  const inUse = await keys.master.inUse(transaction);
  await lockRecipient(transaction, inUse, recipient);
  const now = clock();
  const putOff = async (time: number) => {
    await updateVerification(transaction, place, { due_at: new Date(time) });
    return null;
  };
  const { record } = await historyWithRecord(transaction, person, place);
  if (record?.consentStatus !== 'pending') return null;
  const age = now.getTime() - agreedAt(record);
  const store = record.origin.storeId;
  const { configuration } = configurations.forStore(store);
  const to = recipientIn(configuration, person.number);
  if ((age > tooLateMilliseconds && !record.askedAnew) || to === null) return null;
  const codeUntil = await lastCodeUntil(transaction, place);
  if (codeUntil > now.getTime()) return await putOff(codeUntil);
  const allowed = nextHourForTexts(to, configurations.storePlace(store).timeZone, now);
  if (age > freshMilliseconds && allowed > now.getTime()) return await putOff(allowed);
  try {
    const reservation = await reserveMessage(transaction, inUse, recipient, 'confirmation_request', now);
    const token = toText(randomBytes(16));
    await updateVerification(transaction, place, { link_hash: hashToken(token) });
    const about = { kind: 'subject', id: place.subject_id } as const;
    await recordAction(transaction, jobPrincipal('send-text'), { action: 'confirmation_link.sent', about }, now);
    const language = spokenIn(record.body.language);
    const text = say(language, 'sms.confirm', { brand: configuration.brand.name, link: `${publicUrl}/m/${token}` });
    return { message: { to, text, language, kind: 'confirmation_request' }, reservation };
  } catch (error) {
    if (!(error instanceof CodedError && error.code === 'verification_limited')) throw error;
    return await putOff(now.getTime() + Number(error.details.retryAfterSeconds) * 1000);
  }
}

/**
 * When it was agreed, as far as can be known: what the kiosk's clock said, but not before the server gave what the record names, and not
 * after the record arrived.
 */
function agreedAt({ origin, notBefore, receivedAt }: KnownRecord): number {
  const earliest = Math.min(notBefore?.getTime() ?? 0, receivedAt.getTime());
  return Math.min(Math.max(Date.parse(origin.deviceTime), earliest), receivedAt.getTime());
}

/** While a code may still be typed in, no link is sent, and a minute longer. */
async function lastCodeUntil(transaction: Transaction<Tables>, place: Place): Promise<number> {
  const row = await transaction
    .selectFrom('verifications')
    .select('code_sent_at')
    .where('subject_id', '=', place.subject_id)
    .where('kiosk_id', '=', place.kiosk_id)
    .where('chain_hash', '=', place.chain_hash)
    .executeTakeFirst();
  return (row?.code_sent_at?.getTime() ?? Number.NEGATIVE_INFINITY) + linkAfterCodeMilliseconds;
}

/** When a link is texted instead, if the code was not typed in: the customer chose "text me later", or left. */
export const linkAfterCodeMilliseconds = codeLifetimeMilliseconds + 60_000;

async function updateVerification(
  db: Database,
  { subject_id, kiosk_id, chain_hash }: Place,
  change: Change,
): Promise<void> {
  await db
    .updateTable('verifications')
    .set(change)
    .where('subject_id', '=', subject_id)
    .where('kiosk_id', '=', kiosk_id)
    .where('chain_hash', '=', chain_hash)
    .execute();
}
