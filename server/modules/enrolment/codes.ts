import { randomInt, timingSafeEqual } from 'node:crypto';
import type { Transaction } from 'kysely';
import { crockford } from '../../../protocol/record.ts';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from '../../platform/database/connection.ts';
import type { Tables } from '../../platform/database/types.ts';
import { keyedHash } from '../../platform/keys/cipher.ts';
import type { MasterKey, MasterKeys } from '../../platform/keys/master-keys.ts';

const codeLifetimeMilliseconds = 10 * 60_000;
const wrongAttemptsAllowed = 5;

export interface NewCode {
  /** `7K3M-Q0XV-9TBD`. Shown once; the database knows only its name and a keyed hash of the rest. */
  code: string;
  expiresAt: Date;
}

const randomGroup = (): string => Array.from({ length: 4 }, () => crockford[randomInt(32)]).join('');

/** Hashed under a key of the server: without it, a stolen database does not allow trying the 2^40 secrets. */
export async function createCode(db: Database, master: MasterKeys, storeId: string, now: Date): Promise<NewCode> {
  const expiresAt = new Date(now.getTime() + codeLifetimeMilliseconds);
  const { primary } = await master.inUse(db);
  for (let attempt = 0; attempt < 10; attempt++) {
    const [name, secret] = [randomGroup(), randomGroup() + randomGroup()];
    const hashed = { secret_hash: hashSecret(primary, name, secret), key_id: primary.id };
    const row = { name, ...hashed, store_id: storeId, expires_at: expiresAt };
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('enrolment_codes')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 1n) {
      return { code: `${name}-${secret.slice(0, 4)}-${secret.slice(4)}`, expiresAt };
    }
  }
  throw new CodedError('internal');
}

/** `usedBefore`: the kiosk that joined with this code before, if one did; only that one may be answered again. */
export interface Redeemed {
  storeId: string;
  usedBefore: string | null;
}

/**
 * Uses up a code for `kioskId`, or counts a wrong attempt; the caller commits either way. The row stays locked until then,
 * so that of two kiosks with the same code one joins.
 * @param code twelve characters, as enrolmentCodeSchema gives them.
 * @returns null for every reason of refusing, which all look alike.
 */
export async function redeemCode(
  transaction: Transaction<Tables>,
  master: MasterKeys,
  code: string,
  kioskId: string,
  now: Date,
): Promise<Redeemed | null> {
  const name = code.slice(0, 4);
  const row = await transaction
    .selectFrom('enrolment_codes')
    .selectAll()
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst();
  const { primary } = await master.inUse(transaction);
  const key = row === undefined ? primary : master.byId(row.key_id);
  const given = Buffer.from(hashSecret(key, name, code.slice(4)));
  const matches = timingSafeEqual(given, Buffer.from(row?.secret_hash ?? hashSecret(key, name, '')));
  if (row === undefined || row.wrong_attempts >= wrongAttemptsAllowed) return null;
  if (row.used_by !== null) return matches ? { storeId: row.store_id, usedBefore: row.used_by } : null;
  if (row.expires_at.getTime() <= now.getTime()) return null;
  await transaction
    .updateTable('enrolment_codes')
    .set(matches ? { used_by: kioskId } : { wrong_attempts: row.wrong_attempts + 1 })
    .where('name', '=', name)
    .execute();
  return matches ? { storeId: row.store_id, usedBefore: null } : null;
}

/** Frees the names of codes that ended more than a day ago. */
export async function forgetOldCodes(db: Database, now: Date): Promise<void> {
  const dayAgo = new Date(now.getTime() - 86_400_000);
  await db.deleteFrom('enrolment_codes').where('expires_at', '<', dayAgo).execute();
}

const hashSecret = (key: MasterKey, name: string, secret: string): string =>
  keyedHash(key.enrolmentCodes, `${name}\n${secret}`);
