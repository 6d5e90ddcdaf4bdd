import { type Kysely, sql } from 'kysely';

/*
 * Two groups of tables, those of a kiosk and those of a person, each keyed by its own column first, so that a distributed PostgreSQL can
 * spread each group by it; what is small and read everywhere is in neither (tools/checks/distributed-schema.ts). `collate "C"`: hashes
 * are compared as bytes, which is also faster. What else a column means stands in the database, as its comment.
 */

const installation = [
  `create table server_state (
    one boolean primary key default true check (one),
    epoch uuid not null
  )`,
  `create table installation_keys (
    key_use text not null,
    key_id text not null,
    state text not null check (state in ('primary', 'rotating', 'kept')),
    primary key (key_use, key_id)
  )`,
  `create unique index installation_keys_primary on installation_keys (key_use) where state = 'primary'`,
  `create sequence server_sequence as bigint`,
  `create table left_out_sequences (after bigint primary key, until bigint not null)`,
  `create table published_notices (
    hash text collate "C" primary key,
    kind text not null,
    document text not null,
    published_at timestamptz(3) not null
  )`,
  `create table configuration_revisions (
    epoch uuid not null,
    revision bigint not null,
    digest text collate "C" not null,
    primary key (epoch, revision)
  )`,
  `create table enrolment_codes (
    name text collate "C" primary key,
    secret_hash text not null,
    key_id text collate "C" not null,
    store_id text not null,
    expires_at timestamptz(3) not null,
    wrong_attempts integer not null default 0,
    used_by uuid
  )`,
];

/**
 * Records name their kiosk without a foreign key: the intake has locked the kiosk's row in the same transaction, and a key would be
 * checked once per record. Records are only ever inserted; what is still to be done with them stands in a table of its own, so that wide
 * rows are written once. Their two indexes grow at one end for each kiosk: a chain hash in front would send every insert to another page.
 * A sealed body compresses by nothing, and rows up to a page keep it in place. Bodies are apart from their headers, in a table for each
 * month (server/platform/database/months.ts), so that old ones can be dropped and the chain can still be checked.
 */
const kiosks = [
  `create table kiosks (
    id uuid primary key,
    store_id text not null,
    device_public_key text not null,
    application_version text not null,
    enrolled_at timestamptz(3) not null,
    revoked_at timestamptz(3),
    last_seen_at timestamptz(3),
    highest_sequence bigint not null default 0,
    in_order_sequence bigint not null default 0,
    forked_from bigint,
    delivered bigint not null default 0
  )`,
  `create table request_nonces (
    kiosk_id uuid not null,
    nonce text collate "C" not null,
    expires_at timestamptz(3) not null,
    primary key (kiosk_id, nonce)
  )`,
  `create index request_nonces_expiry on request_nonces (expires_at)`,
  `create table records (
    kiosk_id uuid not null,
    sequence bigint not null check (sequence > 0),
    chain_hash text collate "C" not null,
    record_id uuid not null,
    previous_chain_hash text collate "C" not null,
    header text not null,
    body_hash text not null,
    signature text not null,
    received_at timestamptz(3) not null,
    received_from inet,
    server_sequence bigint not null,
    named_server_sequence bigint,
    named_server_time timestamptz(3),
    primary key (kiosk_id, sequence, chain_hash)
  )`,
  `create index records_record_id on records (kiosk_id, record_id)`,
  `create table sealed_bodies (
    kiosk_id uuid not null,
    sequence bigint not null,
    chain_hash text collate "C" not null,
    received_at timestamptz(3) not null,
    sealed bytea not null,
    primary key (kiosk_id, sequence, chain_hash, received_at)
  ) partition by range (received_at)`,
  `alter table sealed_bodies alter column sealed set storage external`,
  `create table sealed_bodies_other_months partition of sealed_bodies default with (toast_tuple_target = 8160)`,
  `create table unopened_records (
    kiosk_id uuid not null,
    sequence bigint not null,
    chain_hash text collate "C" not null,
    received_at timestamptz(3) not null,
    batch_id uuid not null,
    stops boolean not null,
    parked_code text,
    parked_by text,
    primary key (kiosk_id, sequence, chain_hash)
  )`,
  `create index unopened_records_waiting on unopened_records (batch_id) where parked_code is null`,
  `create table stray_records (
    kiosk_id uuid not null,
    previous_chain_hash text collate "C" not null,
    sequence bigint not null,
    chain_hash text collate "C" not null,
    primary key (kiosk_id, previous_chain_hash, chain_hash)
  )`,
  `create table gaps (
    kiosk_id uuid not null references kiosks (id),
    first bigint not null,
    last bigint not null check (last >= first),
    noticed_at timestamptz(3) not null,
    closed_at timestamptz(3),
    closing_note text,
    primary key (kiosk_id, first)
  )`,
  `create table countersignatures (
    kiosk_id uuid not null references kiosks (id),
    hash text collate "C" not null,
    chain_hash text collate "C" not null,
    epoch uuid not null,
    sequence bigint not null,
    server_sequence bigint not null,
    server_time timestamptz(3) not null,
    signing_key_id text not null,
    signature text not null,
    primary key (kiosk_id, hash)
  )`,
  `create index countersignatures_chain on countersignatures (kiosk_id, chain_hash)`,
  `create index countersignatures_newest on countersignatures (kiosk_id, server_sequence)`,
  `create table alarms (
    kiosk_id uuid not null references kiosks (id),
    code text not null,
    count bigint not null,
    first_sequence bigint not null,
    last_sequence bigint not null,
    first_seen_at timestamptz(3) not null,
    last_seen_at timestamptz(3) not null,
    opened_at timestamptz(3) not null,
    examples text[] collate "C" not null,
    closed_at timestamptz(3),
    closing_note text,
    primary key (kiosk_id, code)
  )`,
];

/**
 * No table holds a number, a text or a code in clear. What is read per person stands with the person: nobody goes back from there to
 * the kiosk's records. Events outlive the key of their subject. Of an erased person stays what keeps them from being contacted again,
 * by the blind index of the number (GDPR Art. 17(3)(b) and (e)). `key_id` names the master key that the row is encrypted or hashed under.
 */
const subjects = [
  `create table subjects (id uuid primary key, wrapped_key bytea not null, key_id text collate "C" not null)`,
  `create table subject_numbers (
    blind_index text collate "C" primary key,
    key_id text collate "C" not null,
    subject_id uuid not null
  )`,
  `create index subject_numbers_subject on subject_numbers (subject_id)`,
  `create table suppressions (
    blind_index text collate "C" not null,
    key_id text collate "C" not null,
    server_sequence bigint not null,
    suppressed_on date not null,
    scope text not null,
    primary key (blind_index, server_sequence)
  )`,
  `create table opened_records (
    subject_id uuid not null references subjects (id),
    kiosk_id uuid not null,
    chain_hash text collate "C" not null,
    record_id uuid not null,
    store_id text not null,
    sequence bigint not null,
    type text not null,
    device_time text not null,
    ends_consent boolean not null,
    received_at timestamptz(3) not null,
    server_sequence bigint not null,
    named_server_sequence bigint,
    named_server_time timestamptz(3),
    body bytea not null,
    manage_token_hash text collate "C",
    opened_at timestamptz(3) not null,
    primary key (subject_id, kiosk_id, chain_hash)
  )`,
  `create index opened_records_manage_token on opened_records (manage_token_hash)`,
  // The code on a receipt is a hash of the record's id (protocol/record.ts): the same one, worked out here.
  `create index opened_records_receipt on opened_records (substring(sha256(record_id::text::bytea) for 5))`,
  `create table verifications (
    subject_id uuid not null references subjects (id),
    kiosk_id uuid not null,
    chain_hash text collate "C" not null,
    id uuid not null,
    record_id uuid not null,
    due_at timestamptz(3),
    code_hash text,
    code_key_id text collate "C",
    code_sent_at timestamptz(3),
    tries_left integer not null default 0,
    link_hash text collate "C",
    confirmed_at timestamptz(3),
    confirmed_sequence bigint,
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
    key_id text collate "C" not null,
    sent_at timestamptz(3) not null,
    primary key (subject_id, id)
  )`,
  `create table number_blocks (block text collate "C" primary key)`,
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
    server_sequence bigint not null,
    primary key (subject_id, id)
  )`,
  `create function refuse_change() returns trigger language plpgsql as $$
    begin raise exception 'append only'; end $$`,
  `create trigger server_events_append_only before update or delete or truncate on server_events
    for each statement execute function refuse_change()`,
];

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of [...installation, ...kiosks, ...subjects]) await sql.raw(statement).execute(db);
}
