import { randomUUID } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { CodedError } from '../../../shared/errors.ts';
import type { PhoneNumber } from '../../../shared/phone/number.ts';
import type { Database } from '../../platform/database/connection.ts';
import type { Tables } from '../../platform/database/types.ts';
import { keyedHash } from '../../platform/keys/cipher.ts';
import type { KeysInUse, MasterKey } from '../../platform/keys/master-keys.ts';
import type { MessageKind } from '../messaging/sender.ts';

/**
 * Against SMS pumping: fraud that has codes sent to numbers which earn money from receiving them. Such numbers come in blocks,
 * so a block of a thousand has a limit of its own.
 */
const perNumber = { most: 5, seconds: 86_400 };
/** A link is never the second text to a number within ten minutes: the first one may answer for both. */
const betweenLinks = { most: 1, seconds: 600 };
const perKiosk = { most: 60, seconds: 3_600 };
const perBlock = { most: 20, seconds: 3_600 };
const digitsOfABlock = 3;
const keptDays = 7;

export interface CountedNumber {
  subjectId: string;
  number: PhoneNumber;
  /** Where the number came from. */
  kioskId: string;
}

/**
 * Locks the kiosk, the subject and the block of numbers, so that what is counted stays true until the transaction ends. Always in
 * this order, so that two transactions never deadlock.
 */
export async function lockRecipient(
  transaction: Transaction<Tables>,
  { primary }: KeysInUse,
  to: CountedNumber,
): Promise<void> {
  await transaction.selectFrom('kiosks').select('id').where('id', '=', to.kioskId).forNoKeyUpdate().execute();
  await lockSubject(transaction, to.subjectId);
  // A row and no advisory lock, which a distributed PostgreSQL holds on one of its nodes alone.
  await transaction
    .insertInto('number_blocks')
    .values({ block: blockOf(primary, to.number) })
    .onConflict((conflict) => conflict.column('block').doUpdateSet(({ ref }) => ({ block: ref('excluded.block') })))
    .execute();
}

/** Serialises what the server decides about one person. */
export async function lockSubject(transaction: Transaction<Tables>, subjectId: string): Promise<void> {
  await transaction.selectFrom('subjects').select('id').where('id', '=', subjectId).forNoKeyUpdate().execute();
}

/** A text that was counted and is about to be handed over. */
export interface Reservation {
  subjectId: string;
  id: string;
}

/**
 * Counts a text that is about to be sent. The caller holds the locks of `lockRecipient`.
 * @throws CodedError verification_limited with `retryAfterSeconds`
 */
export async function reserveMessage(
  transaction: Transaction<Tables>,
  { primary, all }: KeysInUse,
  to: CountedNumber,
  kind: MessageKind,
  now: Date,
): Promise<Reservation> {
  const blocks = all.map((key) => blockOf(key, to.number));
  const limits = [
    { ...perNumber, of: sql`subject_id = ${to.subjectId}` },
    ...(kind === 'confirmation_request' ? [{ ...betweenLinks, of: sql`subject_id = ${to.subjectId}` }] : []),
    { ...perKiosk, of: sql`kiosk_id = ${to.kioskId}` },
    { ...perBlock, of: sql`block = any(${blocks}::text[])` },
  ];
  for (const { most, seconds, of } of limits) {
    const since = new Date(now.getTime() - seconds * 1000);
    const { rows } = await sql<{ sent_at: Date }>`
      select sent_at from sent_messages where ${of} and sent_at > ${since}
      order by sent_at desc offset ${most - 1} limit 1`.execute(transaction);
    const [blocking] = rows;
    if (blocking !== undefined) throw limitedUntil(blocking.sent_at.getTime() + seconds * 1000, now);
  }
  return await recordMessage(transaction, primary, to, kind, now);
}

/** The provider did not take it: only what was handed over counts. */
export async function releaseMessage(db: Database, { subjectId, id }: Reservation): Promise<void> {
  await db.deleteFrom('sent_messages').where('subject_id', '=', subjectId).where('id', '=', id).execute();
}

/** For texts that no limit may hold back. */
export async function recordMessage(
  transaction: Transaction<Tables>,
  key: MasterKey,
  { subjectId, number, kioskId }: CountedNumber,
  kind: MessageKind,
  now: Date,
): Promise<Reservation> {
  const row = { subject_id: subjectId, id: randomUUID(), kind, kiosk_id: kioskId };
  await transaction
    .insertInto('sent_messages')
    .values({ ...row, block: blockOf(key, number), key_id: key.id, sent_at: now })
    .execute();
  return { subjectId, id: row.id };
}

export const limitedUntil = (time: number, now: Date): CodedError =>
  new CodedError('verification_limited', { retryAfterSeconds: Math.max(1, Math.ceil((time - now.getTime()) / 1000)) });

/** Removes what no limit counts any more. */
export async function forgetOldMessages(db: Database, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptDays * 86_400_000);
  await db.deleteFrom('sent_messages').where('sent_at', '<', before).execute();
  await sql`
    delete from number_blocks
    where not exists (select from sent_messages where sent_messages.block = number_blocks.block)`.execute(db);
}

/** Keyed, because a block has only a thousand numbers. */
const blockOf = (key: MasterKey, number: PhoneNumber): string =>
  keyedHash(key.numberBlocks, number.slice(0, -digitsOfABlock));
