import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { CodedError } from '../../shared/errors.ts';
import type { Database } from './connection.ts';

/** Names of the keys that the database belongs to; null before the first start. */
export async function keysInUse(db: Database): Promise<{ signing: string; seal: string } | null> {
  const row = await db.selectFrom('server_state').select(['signing_key_id', 'seal_key_id']).executeTakeFirst();
  return row === undefined ? null : { signing: row.signing_key_id, seal: row.seal_key_id };
}

/**
 * Marks a new database as belonging to these keys, and checks an old one.
 * @throws CodedError keys_wrong: the key file belongs to another database.
 */
export async function claimDatabase(db: Database, signingKeyId: string, sealKeyId: string): Promise<void> {
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

/** After a backup was restored: kiosks see the new epoch and send everything they still hold again. */
export async function startNewEpoch(db: Database): Promise<void> {
  await db.updateTable('server_state').set({ epoch: randomUUID() }).execute();
}

export async function readEpoch(db: Database): Promise<string> {
  return (await db.selectFrom('server_state').select('epoch').executeTakeFirstOrThrow()).epoch;
}

/**
 * Draws the next number of the server's counter, for something that is accepted now: whatever draws later gets a higher one, in
 * whichever process. A number drawn by a transaction that fails is left out.
 */
export async function nextServerSequence(db: Database): Promise<number> {
  const { rows } = await sql<{ next: number }>`select nextval('server_sequence') as next`.execute(db);
  return rows[0]?.next ?? 0;
}
