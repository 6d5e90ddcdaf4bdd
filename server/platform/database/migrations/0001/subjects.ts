/**
 * No table holds a number, a text or a code in clear. What is read per person stands with the person: nobody goes back from there to
 * the kiosk's records. Events outlive the key of their subject. Of an erased person stays what keeps them from being contacted again,
 * by the blind index of the number (GDPR Art. 17(3)(b) and (e)). `key_id` names the master key that the row is encrypted or hashed under.
 */
export const subjects = [
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
    known jsonb,
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
    asked_after bigint,
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
    sequence bigint,
    known jsonb,
    primary key (subject_id, id)
  )`,
  `create index server_events_sequence on server_events (server_sequence)`,
  `create function refuse_change() returns trigger language plpgsql as $$
    begin raise exception 'append only'; end $$`,
  `create trigger server_events_append_only before update or delete or truncate on server_events
    for each statement execute function refuse_change()`,
];
