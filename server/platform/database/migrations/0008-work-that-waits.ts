import { type Kysely, sql } from 'kysely';

/**
 * Who opens records is told by jobs (server/platform/jobs), each of which names batches; a batch is what came in together and is as urgent.
 * A parked record says which version could not use it, so that another one tries again. The batch of no job is found by itself, so the
 * records that wait now are given one that does not exist.
 */
const statements = [
  `drop index unopened_records_waiting`,
  `alter table unopened_records add column batch_id uuid not null default '00000000-0000-0000-0000-000000000000'`,
  `alter table unopened_records alter column batch_id drop default`,
  `alter table unopened_records add column stops boolean not null default false`,
  `alter table unopened_records alter column stops drop default`,
  `alter table unopened_records add column parked_by text`,
  `create index unopened_records_waiting on unopened_records (batch_id) where parked_code is null`,
];

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
