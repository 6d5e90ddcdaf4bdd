import { randomInt } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from './connection.ts';
import { inTransaction } from './transaction.ts';
import type { Tables } from './types.ts';

/*
 * The server's counter (docs/record-format.md section 7): one PostgreSQL sequence for all servers on one database. A number is drawn
 * for whatever is accepted; a later draw is a later moment, whatever clocks say, and a number drawn by a transaction that fails is
 * left out. Whoever draws also reads `server_state`, so that `skipAhead` can wait for all draws under way.
 */

/** Draws the next number, for something that is accepted now. */
export async function nextServerSequence(db: Database): Promise<number> {
  const { rows } = await sql<{ next: number }>`select nextval('server_sequence') as next from server_state`.execute(db);
  return only(rows).next;
}

/** The number that was drawn last: whatever is accepted from now on gets a higher one. Costs no write. */
export async function lastServerSequence(db: Database): Promise<number> {
  const { rows } = await sql<{ last: number }>`select last_value as last from server_sequence`.execute(db);
  return only(rows).last;
}

/** Numbers between these two were never given. */
export interface Stretch {
  after: number;
  until: number;
}

/**
 * Leaves out a random stretch of numbers, and notes which. A database restored from a backup counts on from
 * an old number; because the stretch is another one each time, a number that was given after the backup is one that this
 * database never gave, which `wasGiven` can tell.
 * @param beyond the counter goes on behind this number at least.
 * @param tried the same array for every attempt of one transaction: a counter is not set back when it is rolled back, so the stretch of that
 * attempt was left out as well.
 */
export async function skipAheadWithin(
  transaction: Transaction<Tables>,
  beyond: number,
  tried: Stretch[],
): Promise<void> {
  // Waits for everybody who has drawn and not committed, and lets nobody draw.
  await sql`lock table server_state in access exclusive mode`.execute(transaction);
  const last = await lastServerSequence(transaction);
  // 2^53 numbers are enough for millions of starts.
  const until = Math.max(last, beyond) + randomInt(2 ** 20, 2 ** 32);
  tried.push({ after: last, until });
  await sql`select setval('server_sequence', ${until})`.execute(transaction);
  await transaction.insertInto('left_out_sequences').values(tried).execute();
}

/** In a transaction of its own, at the start of a server. */
export async function skipAhead(db: Database): Promise<void> {
  const tried: Stretch[] = [];
  await inTransaction(db, (transaction) => skipAheadWithin(transaction, 0, tried));
}

/** Whether this database has given the number. One that it has not given was given before it was restored from a backup. */
export async function wasGiven(db: Database, serverSequence: number): Promise<boolean> {
  if (serverSequence > (await lastServerSequence(db))) return false;
  const leftOut = await db
    .selectFrom('left_out_sequences')
    .select('until')
    .where('after', '<', serverSequence)
    .where('until', '>', serverSequence)
    .executeTakeFirst();
  return leftOut === undefined;
}

function only<Row>(rows: Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new CodedError('internal');
  return row;
}
