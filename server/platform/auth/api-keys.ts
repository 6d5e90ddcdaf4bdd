import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from '../database/connection.ts';
import type { ApiKey } from '../database/types.ts';
import { type HeadOfficePermission, isHeadOfficePermission } from './permissions.ts';
import type { Principal } from './principals.ts';

/** So that whoever finds one, a person or a scanner of repositories, knows what it is. */
const prefix = 'countersign_';
const hourMilliseconds = 3_600_000;

export const isApiKeySecret = (secret: string): boolean => secret.startsWith(prefix);

/** @returns the secret, which is kept nowhere: 256 random bits, of which the database knows the SHA-256. Nobody guesses them, so no slower hash is needed. */
export async function createApiKey(
  db: Database,
  { name, permissions, endsAt }: { name: string; permissions: HeadOfficePermission[]; endsAt: Date },
  now: Date,
): Promise<{ apiKey: ApiKey; secret: string }> {
  const secret = prefix + randomBytes(32).toString('base64url');
  const apiKey = await db
    .insertInto('api_keys')
    .values({ id: randomUUID(), name, permissions, secret_hash: hash(secret), created_at: now, ends_at: endsAt })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { apiKey, secret };
}

/** From its commit on every server refuses the key, because none of them remembers one. @returns null where there is no such key. */
export async function revokeApiKey(db: Database, id: string, now: Date): Promise<Date | null> {
  const row = await db
    .updateTable('api_keys')
    .set(({ fn, val }) => ({ revoked_at: fn.coalesce('revoked_at', val(now)) }))
    .where('id', '=', id)
    .returning('revoked_at')
    .executeTakeFirst();
  return row?.revoked_at ?? null;
}

/** Whose secret it is. @throws CodedError api_key_wrong | api_key_revoked | api_key_ended */
export async function integrationOf(db: Database, secret: string, now: Date): Promise<Principal> {
  const apiKey = await db.selectFrom('api_keys').selectAll().where('secret_hash', '=', hash(secret)).executeTakeFirst();
  if (apiKey === undefined) throw new CodedError('api_key_wrong');
  if (apiKey.revoked_at !== null) throw new CodedError('api_key_revoked');
  if (apiKey.ends_at.getTime() <= now.getTime()) throw new CodedError('api_key_ended');
  await noteUse(db, apiKey, now);
  return { kind: 'integration', id: apiKey.id, permissions: apiKey.permissions.filter(isHeadOfficePermission) };
}

/** To the hour, and so one commit an hour. */
async function noteUse(db: Database, { id, last_used_at: noted }: ApiKey, now: Date): Promise<void> {
  const hour = new Date(now.getTime() - (now.getTime() % hourMilliseconds));
  if (noted?.getTime() === hour.getTime()) return;
  await db.updateTable('api_keys').set({ last_used_at: hour }).where('id', '=', id).execute();
}

const hash = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
