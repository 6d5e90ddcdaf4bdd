import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from './connection.ts';
import { type InstallationKey, installationKeys } from './installation-keys.ts';
import { type Stretch, skipAheadWithin } from './server-sequence.ts';
import { inTransaction } from './transaction.ts';
import type { Tables } from './types.ts';

/** Of the keys in the key file, newest last. */
export type KeyIds = Record<InstallationKey['key_use'], string[]>;

/**
 * Marks a new database as belonging to these keys, and checks an old one: each key that it uses has to be in the key file. A wrong secret key
 * would start as well, and then find nobody's withdrawal.
 * @throws CodedError keys_wrong, naming the keys that are not in the file.
 */
export async function bindDatabaseToKeys(db: Database, ids: KeyIds): Promise<void> {
  const uses = Object.keys(ids) as InstallationKey['key_use'][];
  const inUse = await inTransaction(db, async (transaction) => {
    await transaction
      .insertInto('server_state')
      .values({ epoch: randomUUID() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    // Of each use one key is primary, so that a second server with other keys changes nothing here.
    await transaction
      .insertInto('installation_keys')
      .values(uses.map((key_use) => ({ key_use, key_id: ids[key_use].at(-1) ?? '', state: 'primary' as const })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return await installationKeys(transaction);
  });
  const missing = inUse.filter(({ key_use, key_id }) => !ids[key_use].includes(key_id));
  if (missing.length === 0) return;
  throw new CodedError('keys_wrong', { keys: missing.map(({ key_use, key_id }) => `${key_use} ${key_id}`).join(', ') });
}

/**
 * After a backup was restored: kiosks hear of the new epoch with their next heartbeat, and send everything they still hold again.
 * @param from the epoch that ends: several servers may notice it at the same time.
 * @param beyond the counter goes on behind this number at least.
 * @param tried as `skipAheadWithin` has it.
 * @returns whether this call began the next one.
 */
export async function startNewEpoch(
  transaction: Transaction<Tables>,
  from: string,
  beyond: number,
  tried: Stretch[],
): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('server_state')
    .set({ epoch: randomUUID() })
    .where('epoch', '=', from)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) return false;
  await skipAheadWithin(transaction, beyond, tried);
  return true;
}

export async function readEpoch(db: Database): Promise<string> {
  return (await db.selectFrom('server_state').select('epoch').executeTakeFirstOrThrow()).epoch;
}
