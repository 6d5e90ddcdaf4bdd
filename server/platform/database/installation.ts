import { randomUUID } from 'node:crypto';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from './connection.ts';
import { skipAhead } from './server-sequence.ts';

/** The id of each key that the database belongs to, by its use; empty before the first start. */
export async function keysInUse(db: Database): Promise<Map<string, string>> {
  const rows = await db.selectFrom('installation_keys').selectAll().execute();
  return new Map(rows.map((row) => [row.key_use, row.key_id]));
}

/**
 * Marks a new database as belonging to these keys, and checks an old one. A wrong secret key would start as well, and then find
 * nobody's withdrawal.
 * @param ids the id of every key of the key file, by its use.
 * @throws CodedError keys_wrong: these keys of the file belong to another database.
 */
export async function bindDatabaseToKeys(db: Database, ids: Record<string, string>): Promise<void> {
  const used = await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('server_state')
      .values({ epoch: randomUUID() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await transaction
      .insertInto('installation_keys')
      .values(Object.entries(ids).map(([use, id]) => ({ key_use: use, key_id: id })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return await keysInUse(transaction);
  });
  const wrong = Object.keys(ids).filter((use) => used.get(use) !== ids[use]);
  if (wrong.length > 0) throw new CodedError('keys_wrong', { keys: wrong.join(', ') });
}

/**
 * After a backup was restored: kiosks hear of the new epoch with their next heartbeat, and send everything they still hold again.
 * @param from the epoch that ends, where several servers may notice it at the same time: only one of them begins the next.
 * @param beyond the counter goes on behind this number at least.
 */
export async function startNewEpoch(db: Database, from?: string, beyond = 0): Promise<void> {
  await db.transaction().execute(async (transaction) => {
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
