import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from './connection.ts';
import { skipAhead } from './server-sequence.ts';
import { inTransaction } from './transaction.ts';

export type KeyUse = 'signing' | 'seal' | 'master';
/** Of the keys in the key file, newest last. */
export type KeyIds = Record<KeyUse, string[]>;

/** The keys that the database belongs to; none before the first start. */
export async function installationKeys(
  db: Database,
): Promise<{ key_use: string; key_id: string; is_primary: boolean }[]> {
  return await db.selectFrom('installation_keys').selectAll().orderBy('key_use').orderBy('key_id').execute();
}

/**
 * Marks a new database as belonging to these keys, and checks an old one: each key that it uses has to be in the key file. A wrong secret key
 * would start as well, and then find nobody's withdrawal.
 * @throws CodedError keys_wrong, naming the keys that are not in the file.
 */
export async function bindDatabaseToKeys(db: Database, ids: KeyIds): Promise<void> {
  const uses = Object.keys(ids) as KeyUse[];
  const inUse = await inTransaction(db, async (transaction) => {
    await transaction
      .insertInto('server_state')
      .values({ epoch: randomUUID() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    // Of each use one key is primary, so that a second server with other keys changes nothing here.
    await transaction
      .insertInto('installation_keys')
      .values(uses.map((key_use) => ({ key_use, key_id: ids[key_use].at(-1) ?? '', is_primary: true })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return await installationKeys(transaction);
  });
  const missing = inUse.filter(({ key_use, key_id }) => !ids[key_use as KeyUse].includes(key_id));
  if (missing.length === 0) return;
  throw new CodedError('keys_wrong', { keys: missing.map(({ key_use, key_id }) => `${key_use} ${key_id}`).join(', ') });
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
  const primary = rows.find(({ is_primary }) => is_primary);
  if (primary === undefined) throw new CodedError('internal');
  return { primary: primary.key_id, others: rows.filter((row) => row !== primary).map(({ key_id }) => key_id) };
}

/** From its commit on, everything new is under this master key. Waits for whoever writes under another one right now. */
export async function makeMasterKeyPrimary(db: Database, keyId: string): Promise<void> {
  await inTransaction(db, async (transaction) => {
    await sql`select pg_advisory_xact_lock(${masterKeysLock})`.execute(transaction);
    await transaction
      .updateTable('installation_keys')
      .set({ is_primary: false })
      .where('key_use', '=', 'master')
      .where('is_primary', '=', true)
      .execute();
    await transaction
      .insertInto('installation_keys')
      .values({ key_use: 'master', key_id: keyId, is_primary: true })
      .onConflict((conflict) => conflict.columns(['key_use', 'key_id']).doUpdateSet({ is_primary: true }))
      .execute();
  });
}

/**
 * After a backup was restored: kiosks hear of the new epoch with their next heartbeat, and send everything they still hold again.
 * @param from the epoch that ends, where several servers may notice it at the same time: only one of them begins the next.
 * @param beyond the counter goes on behind this number at least.
 */
export async function startNewEpoch(db: Database, from?: string, beyond = 0): Promise<void> {
  await inTransaction(db, async (transaction) => {
    const ending = transaction.updateTable('server_state').set({ epoch: randomUUID() });
    const { numUpdatedRows } = await ending
      .$if(from !== undefined, (query) => query.where('epoch', '=', from ?? ''))
      .executeTakeFirstOrThrow();
    if (numUpdatedRows > 0n) await skipAhead(transaction, beyond);
  });
}

export async function readEpoch(db: Database): Promise<string> {
  return (await db.selectFrom('server_state').select('epoch').executeTakeFirstOrThrow()).epoch;
}
