/** What there is once. An API key that is over stays as a row, because what was done with it names it. */
export const installation = [
  `create table server_state (
    one boolean primary key default true check (one),
    epoch uuid not null,
    journal_id uuid,
    confirmed_anew_after bigint,
    asks_anew boolean not null default false
  )`,
  `create table installation_keys (
    key_use text not null,
    key_id text not null,
    state text not null check (state in ('primary', 'rotating', 'kept')),
    primary key (key_use, key_id)
  )`,
  `create unique index installation_keys_primary on installation_keys (key_use) where state = 'primary'`,
  `create sequence server_sequence as bigint`,
  `create table unwritten_journal_lines (id uuid primary key, line text not null)`,
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
  `create table api_keys (
    id uuid primary key,
    name text not null,
    permissions text[] not null,
    secret_hash text collate "C" not null unique,
    created_at timestamptz(3) not null,
    ends_at timestamptz(3) not null,
    revoked_at timestamptz(3),
    last_used_at timestamptz(3)
  )`,
];
