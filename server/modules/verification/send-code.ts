import type { Transaction } from 'kysely';
import type { VerificationAnswer } from '../../../shared/contracts/wire.ts';
import { CodedError } from '../../../shared/errors.ts';
import { recordAction } from '../../platform/audit-trail/record-action.ts';
import { kioskPrincipal } from '../../platform/auth/principals.ts';
import type { Database } from '../../platform/database/connection.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { Tables, Verification } from '../../platform/database/types.ts';
import { say, spokenIn } from '../../platform/i18n/messages.ts';
import { historyWithRecord, personOfRecord } from '../consent/person.ts';
import { recipientIn } from '../messaging/recipient.ts';
import type { TextMessage } from '../messaging/sender.ts';
import { hashCode, randomCode, resendAfterSeconds, triesPerCode } from './codes.ts';
import type { VerificationContext } from './context.ts';
import { limitedUntil, lockRecipient, type Reservation, releaseMessage, reserveMessage } from './limits.ts';
import { linkAfterCodeMilliseconds } from './send-link.ts';

/**
 * A withdrawn number is sent nothing. The kiosk is told to wait, as for any limit, so that it does not learn that the number has
 * withdrawn.
 */
const withdrawnRetrySeconds = 3_600;

/**
 * Texts a fresh code to the number of a record that this kiosk delivered. The code is stored before it is sent; an older one
 * stops working.
 * @throws CodedError record_unknown | number_country | verification_limited | verification_over (confirmed already) | messages_unavailable
 */
export async function sendCode(
  context: VerificationContext,
  kioskId: string,
  recordId: string,
): Promise<VerificationAnswer> {
  const { db, messages, recovery } = context;
  if (messages === null) throw new CodedError('messages_unavailable');
  await recovery.caughtUp();
  const { verification, message, reservation } = await inTransaction(db, (transaction) =>
    makeCode(context, transaction, kioskId, recordId),
  );
  try {
    await messages.send(message);
  } catch (error) {
    await forgetCode(db, verification, reservation);
    throw new CodedError('messages_unavailable', {}, { cause: error });
  }
  return { verificationId: verification.id, triesLeft: triesPerCode, resendAfterSeconds };
}

async function makeCode(
  { keys, configurations, clock }: VerificationContext,
  transaction: Transaction<Tables>,
  kioskId: string,
  recordId: string,
): Promise<{ verification: Verification; message: TextMessage; reservation: Reservation }> {
  const place = await transaction
    .selectFrom('verifications')
    .select(['subject_id', 'kiosk_id', 'chain_hash'])
    .where('kiosk_id', '=', kioskId)
    .where('record_id', '=', recordId)
    .executeTakeFirst();
  const person = place === undefined ? null : await personOfRecord(transaction, keys, place);
  if (place === undefined || person === null) throw new CodedError('record_unknown');
  const recipient = { subjectId: place.subject_id, number: person.number, kioskId };
  const inUse = await keys.master.inUse(transaction);
  await lockRecipient(transaction, inUse, recipient);
  const { record } = await historyWithRecord(transaction, person, place);
  const verification = await lockVerification(transaction, place);
  const now = clock();
  if (record === undefined || record.consentStatus === null) throw new CodedError('record_unknown');
  if (record.consentStatus === 'withdrawn') throw limitedUntil(now.getTime() + withdrawnRetrySeconds * 1000, now);
  const { brand, countries } = configurations.forStore(record.origin.storeId).configuration;
  const to = recipientIn({ countries }, person.number);
  if (to === null) throw new CodedError('number_country');
  if (verification.confirmed_at !== null) throw new CodedError('verification_over');
  const resendAt = (verification.code_sent_at?.getTime() ?? 0) + resendAfterSeconds * 1000;
  if (resendAt > now.getTime()) throw limitedUntil(resendAt, now);
  const reservation = await reserveMessage(transaction, inUse, recipient, 'code', now);
  const code = randomCode();
  await transaction
    .updateTable('verifications')
    .set({
      code_hash: hashCode(inUse.primary, verification.id, code),
      code_key_id: inUse.primary.id,
      code_sent_at: now,
      tries_left: triesPerCode,
      ...(verification.due_at === null ? {} : { due_at: new Date(now.getTime() + linkAfterCodeMilliseconds) }),
    })
    .where('subject_id', '=', place.subject_id)
    .where('id', '=', verification.id)
    .execute();
  const about = { kind: 'subject', id: place.subject_id } as const;
  await recordAction(transaction, kioskPrincipal(kioskId), { action: 'code.sent', about }, now);
  const language = spokenIn(record.body.language);
  const text = say(language, 'sms.code', { brand: brand.name, code });
  return { verification, message: { to, text, language, kind: 'code' }, reservation };
}

/** It was never handed over, so it counts for no limit, and another one may be asked for at once. */
async function forgetCode(db: Database, { subject_id, id }: Verification, reservation: Reservation): Promise<void> {
  await inTransaction(db, async (transaction) => {
    await releaseMessage(transaction, reservation);
    await transaction
      .updateTable('verifications')
      .set({ code_hash: null, code_key_id: null, code_sent_at: null })
      .where('subject_id', '=', subject_id)
      .where('id', '=', id)
      .execute();
  });
}

async function lockVerification(
  transaction: Transaction<Tables>,
  place: { subject_id: string; kiosk_id: string; chain_hash: string },
): Promise<Verification> {
  return await transaction
    .selectFrom('verifications')
    .selectAll()
    .where('subject_id', '=', place.subject_id)
    .where('kiosk_id', '=', place.kiosk_id)
    .where('chain_hash', '=', place.chain_hash)
    .forUpdate()
    .executeTakeFirstOrThrow();
}
