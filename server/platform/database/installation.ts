import { randomUUID } from 'node:crypto';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from './connection.ts';
import { skipAhead } from './server-sequence.ts';

/** Names of the keys that the database belongs to; null before the first start. */
export async function keysInUse(db: Database): Promise<{ signing: string; seal: string } | null> {
  const row = await db.selectFrom('server_state').select(['signing_key_id', 'seal_key_id']).executeTakeFirst();
  return row === undefined ? null : { signing: row.signing_key_id, seal: row.seal_key_id };
}

/**
 * Marks a new database as belonging to these keys, and checks an old one.
 * @throws CodedError keys_wrong: the key file belongs to another database.
 */
export async function bindDatabaseToKeys(db: Database, signingKeyId: string, sealKeyId: string): Promise<void> {
  await db
    .insertInto('server_state')
    .values({ epoch: randomUUID(), signing_key_id: signingKeyId, seal_key_id: sealKeyId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const used = await keysInUse(db);
  if (used?.signing !== signingKeyId || used.seal !== sealKeyId) {
    throw new CodedError('keys_wrong', { expected: used?.signing ?? '', found: signingKeyId });
  }
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
