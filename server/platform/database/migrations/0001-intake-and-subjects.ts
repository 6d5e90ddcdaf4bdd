import { type Kysely, sql } from 'kysely';

/**
 * `collate "C"`: hashes are compared as bytes, which is also faster. Records name their kiosk without a foreign key: the
 * intake has locked the kiosk's row in the same transaction, and a key would be checked once per record. Records are only ever
 * inserted; what is still to be done with them stands in a table of its own, so that the wide rows and their four indexes
 * are written once. A sealed body compresses by nothing: rows up to a page keep it in place.
 */
const statements = [
  `create table server_state (
    one boolean primary key default true check (one),
    epoch uuid not null,
    signing_key_id text not null,
    seal_key_id text not null
  )`,
  `create table kiosks (
    id uuid primary key,
    store_id text not null,
    device_public_key text not null,
    application_version text not null,
    enrolled_at timestamptz(3) not null,
    revoked_at timestamptz(3),
    last_seen_at timestamptz(3),
    highest_sequence bigint not null default 0,
    delivered bigint not null default 0
  )`,
  `create table enrolment_codes (
    name text collate "C" primary key,
    secret_hash text not null,
    store_id text not null,
    expires_at timestamptz(3) not null,
    wrong_attempts integer not null default 0,
    used_by uuid
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
    chain_hash text collate "C" not null,
    record_id uuid not null,
    sequence bigint not null check (sequence > 0),
    previous_chain_hash text collate "C" not null,
    header text not null,
    body_hash text not null,
    sealed bytea not null,
    signature text not null,
    received_at timestamptz(3) not null,
    received_from inet,
    primary key (kiosk_id, chain_hash)
  ) with (toast_tuple_target = 8160)`,
  `alter table records alter column sealed set storage external`,
  `create index records_sequence on records (kiosk_id, sequence)`,
  `create index records_record_id on records (kiosk_id, record_id)`,
  `create index records_previous on records (kiosk_id, previous_chain_hash)`,
  `create table unopened_records (
    kiosk_id uuid not null,
    chain_hash text collate "C" not null,
    received_at timestamptz(3) not null,
    parked_code text,
    primary key (kiosk_id, chain_hash)
  )`,
  `create index unopened_records_waiting on unopened_records (received_at) where parked_code is null`,
  `create table gaps (
    kiosk_id uuid not null references kiosks (id),
    first bigint not null,
    last bigint not null check (last >= first),
    noticed_at timestamptz(3) not null,
    primary key (kiosk_id, first)
  )`,
  `create table countersignatures (
    kiosk_id uuid not null references kiosks (id),
    chain_hash text collate "C" not null,
    epoch uuid not null,
    hash text collate "C" not null,
    sequence bigint not null,
    server_time timestamptz(3) not null,
    signing_key_id text not null,
    signature text not null,
    primary key (kiosk_id, chain_hash, epoch),
    unique (kiosk_id, hash)
  )`,
  `create table alarms (
    kiosk_id uuid not null references kiosks (id),
    code text not null,
    about text collate "C" not null,
    sequence bigint not null,
    raised_at timestamptz(3) not null,
    primary key (kiosk_id, code, about)
  )`,
  `create table subjects (
    id uuid primary key,
    wrapped_key bytea not null
  )`,
  `create table subject_numbers (
    blind_index text collate "C" primary key,
    subject_id uuid not null
  )`,
  `create table opened_records (
    subject_id uuid not null references subjects (id),
    kiosk_id uuid not null,
    chain_hash text collate "C" not null,
    record_id uuid not null,
    body bytea not null,
    manage_token_hash text collate "C",
    opened_at timestamptz(3) not null,
    primary key (subject_id, kiosk_id, chain_hash)
  )`,
  `create index opened_records_manage_token on opened_records (manage_token_hash)`,
];

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
