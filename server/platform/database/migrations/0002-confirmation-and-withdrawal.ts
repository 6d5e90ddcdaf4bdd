import { type Kysely, sql } from 'kysely';

/**
 * What the server itself learns after a record was opened. No table holds a number or a text: a code, a link and a block of
 * numbers are kept as keyed hashes, or as the hash of something that cannot be guessed. Events outlive the key of their subject.
 */
const statements = [
  `create table verifications (
    subject_id uuid not null references subjects (id),
    kiosk_id uuid not null,
    chain_hash text collate "C" not null,
    id uuid not null,
    record_id uuid not null,
    due_at timestamptz(3),
    code_hash text,
    code_sent_at timestamptz(3),
    tries_left integer not null default 0,
    link_hash text collate "C",
    confirmed_at timestamptz(3),
    primary key (subject_id, kiosk_id, chain_hash)
  )`,
  `create index verifications_id on verifications (id)`,
  `create index verifications_record on verifications (kiosk_id, record_id)`,
  `create index verifications_link on verifications (link_hash) where link_hash is not null`,
  `create index verifications_due on verifications (due_at) where due_at is not null`,
  `create table sent_messages (
    subject_id uuid not null references subjects (id),
    id uuid not null,
    kind text not null,
    kiosk_id uuid not null,
    block text collate "C" not null,
    sent_at timestamptz(3) not null,
    primary key (subject_id, id)
  )`,
  `create index sent_messages_kiosk on sent_messages (kiosk_id, sent_at)`,
  `create index sent_messages_block on sent_messages (block, sent_at)`,
  `create index sent_messages_age on sent_messages (sent_at)`,
  `create table server_events (
    subject_id uuid not null,
    id uuid not null,
    kind text not null,
    source text not null,
    kiosk_id uuid not null,
    chain_hash text collate "C" not null,
    happened_at timestamptz(3) not null,
    primary key (subject_id, id)
  )`,
  `create function refuse_change() returns trigger language plpgsql as $$
    begin raise exception 'append only'; end $$`,
  `create trigger server_events_append_only before update or delete or truncate on server_events
    for each statement execute function refuse_change()`,
  `create table published_notices (
    hash text collate "C" primary key,
    kind text not null,
    document text not null,
    published_at timestamptz(3) not null
  )`,
];

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
