import { sql } from 'kysely';
import type { Database } from '../../server/platform/database/connection.ts';
import { distribution } from '../../server/platform/database/distribution.ts';

const parts = 3;

/**
 * Spreads every table over hash partitions by its distribution column, as a distributed PostgreSQL would over its nodes: what needs a
 * key without that column fails here. Those that have partitions already, by month, are left as they are.
 */
export async function spreadTables(db: Database): Promise<void> {
  const { rows: spread } = await sql`select from pg_class where oid = 'kiosks'::regclass and relkind = 'p'`.execute(db);
  if (spread.length > 0) return;
  const run = (statement: string) => sql.raw(statement).execute(db);
  const { rows: later } = await sql<{ statement: string }>`
    select format('alter table %s add %s', conrelid::regclass, pg_get_constraintdef(oid)) as statement from pg_constraint
      where contype = 'f' and connamespace = 'public'::regnamespace
    union all
    select replace(pg_get_triggerdef(pg_trigger.oid), 'CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER') from pg_trigger join pg_class on pg_class.oid = tgrelid
      where not tgisinternal and relnamespace = 'public'::regnamespace`.execute(db);
  const { rows: monthly } = await sql<{ name: string }>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'p'`.execute(db);
  const whole = new Set(monthly.map(({ name }) => name));
  for (const [table, column] of Object.entries(distribution)) {
    if (column === 'reference' || whole.has(table)) continue;
    await run(`alter table ${table} rename to ${table}_whole`);
    await run(`create table ${table} (like ${table}_whole including all) partition by hash (${column})`);
    for (let part = 0; part < parts; part += 1) {
      await run(`create table ${table}_part_${part} partition of ${table}
        for values with (modulus ${parts}, remainder ${part})`);
    }
    await run(`drop table ${table}_whole cascade`);
  }
  for (const { statement } of later) await run(statement);
}
