import { type Kysely, sql } from 'kysely';

/**
 * What a restored database must not forget is written into a journal beside it, and played back from there. What is played back has
 * lost its place among the records: `known` says which of them came before it, by the kiosk and its sequence number.
 */
const statements = [
  `create table unwritten_journal_lines (id uuid primary key, line text not null)`,
  `create table kiosk_events (
    kiosk_id uuid not null,
    server_sequence bigint not null,
    kind text not null,
    happened_at timestamptz(3) not null,
    primary key (kiosk_id, server_sequence)
  )`,
  `alter table server_state add column journal_id uuid, add column confirmed_anew_after bigint,
     add column asks_anew boolean not null default false`,
  `alter table verifications add column asked_after bigint`,
  `alter table server_events add column sequence bigint, add column known jsonb`,
  `create index server_events_sequence on server_events (server_sequence)`,
  `alter table suppressions add column known jsonb`,
];

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
