/**
 * Records name their kiosk without a foreign key: the intake has locked the kiosk's row in the same transaction, and a key would be
 * checked once per record. Records are only ever inserted; what is still to be done with them stands in a table of its own, so that wide
 * rows are written once. Their two indexes grow at one end for each kiosk: a chain hash in front would send every insert to another page.
 * A sealed body compresses by nothing, and rows up to a page keep it in place. Bodies are apart from their headers, in a table for each
 * month (server/platform/database/months.ts), so that old ones can be dropped and the chain can still be checked.
 */
export const kiosks = [
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
  `create table kiosk_events (
    kiosk_id uuid not null,
    server_sequence bigint not null,
    kind text not null,
    happened_at timestamptz(3) not null,
    primary key (kiosk_id, server_sequence)
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
