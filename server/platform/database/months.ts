import { sql } from 'kysely';
import type { Database } from './connection.ts';
import { inTransaction } from './transaction.ts';

const monthsAhead = 3;

/**
 * Makes the tables for the sealed bodies of this month and the next ones. A body whose month has no table, because a clock was far off,
 * stands in `sealed_bodies_other_months`, where it is read like any other; a month that has bodies there gets no table of its own any more.
 */
export async function prepareMonths(db: Database, now: Date): Promise<void> {
  const existing = await sql<{ name: string }>`
    select child.relname as name from pg_inherits join pg_class as child on child.oid = inhrelid
    where inhparent = 'sealed_bodies'::regclass`.execute(db);
  const names = new Set(existing.rows.map(({ name }) => name));
  for (let ahead = 0; ahead < monthsAhead; ahead += 1) {
    const [from, to] = [ahead, ahead + 1].map((months) =>
      new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months)).toISOString(),
    ) as [string, string];
    const name = `sealed_bodies_${from.slice(0, 7).replace('-', '_')}`;
    if (!names.has(name)) await makeMonth(db, name, from, to);
  }
}

async function makeMonth(db: Database, name: string, from: string, to: string): Promise<void> {
  const elsewhere = await sql`
    select from sealed_bodies_other_months where received_at >= ${from} and received_at < ${to} limit 1`.execute(db);
  if (elsewhere.rows.length > 0) return;
  try {
    await inTransaction(db, async (transaction) => {
      // Whoever waits for a table makes everybody else wait behind it: after a second it is left for the next time.
      await sql`set local lock_timeout = '1s'`.execute(transaction);
      // One server at a time.
      await sql`lock table sealed_bodies in share update exclusive mode`.execute(transaction);
      await sql
        .raw(`create table if not exists ${name} partition of sealed_bodies for values from ('${from}') to ('${to}')
          with (toast_tuple_target = 8160)`)
        .execute(transaction);
    });
  } catch (error) {
    if (!waitedTooLong(error)) throw error;
  }
}

const waitedTooLong = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '55P03';
