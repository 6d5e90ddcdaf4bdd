import { type Selectable, sql } from 'kysely';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from './connection.ts';
import { inTransaction } from './transaction.ts';
import type { Tables } from './types.ts';

export type InstallationKey = Selectable<Tables['installation_keys']>;

/** The keys that the database belongs to; none before the first start. */
export async function installationKeys(db: Database): Promise<InstallationKey[]> {
  return await db.selectFrom('installation_keys').selectAll().orderBy('key_use').orderBy('key_id').execute();
}

/** Names the advisory lock that whoever uses master keys shares, and whoever makes another one primary has alone. */
const masterKeysLock = sql`hashtextextended('countersign/master-keys', 0)`;

/**
 * The ids of the master keys in use. Nobody makes another one primary before the transaction ends: two servers that wrote under two keys at the
 * same time could make two subjects of one number.
 */
export async function masterKeysInUse(transaction: Database): Promise<{ primary: string; others: string[] }> {
  await sql`select pg_advisory_xact_lock_shared(${masterKeysLock})`.execute(transaction);
  const rows = (await installationKeys(transaction)).filter(({ key_use }) => key_use === 'master');
  const primary = rows.find(({ state }) => state === 'primary');
  if (primary === undefined) throw new CodedError('internal');
  return { primary: primary.key_id, others: rows.filter((row) => row !== primary).map(({ key_id }) => key_id) };
}

/**
 * From its commit on, everything new is under this master key. Waits for whoever writes under another one right now. One that was in use before
 * stays what it is.
 */
export async function makeMasterKeyPrimary(db: Database, keyId: string): Promise<void> {
  await inTransaction(db, async (transaction) => {
    await sql`select pg_advisory_xact_lock(${masterKeysLock})`.execute(transaction);
    const known = await masterKeysInUse(transaction);
    if ([known.primary, ...known.others].includes(keyId)) return;
    await setState(transaction, known.primary, 'rotating');
    await transaction
      .insertInto('installation_keys')
      .values({ key_use: 'master', key_id: keyId, state: 'primary' })
      .execute();
  });
}

export async function rotatingMasterKeys(db: Database): Promise<string[]> {
  return (await installationKeys(db)).filter(({ state }) => state === 'rotating').map(({ key_id }) => key_id);
}

/** @param keyId of a master key */
export async function setState(db: Database, keyId: string, state: InstallationKey['state']): Promise<void> {
  await db
    .updateTable('installation_keys')
    .set({ state })
    .where('key_use', '=', 'master')
    .where('key_id', '=', keyId)
    .execute();
}
