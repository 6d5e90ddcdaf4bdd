import { type Kysely, sql } from 'kysely';

/**
 * API keys of integrations; one that is over stays as a row, because what was done with it names it. And the audit trail: nobody changes an entry, whoever
 * they are, as long as the trigger is there, and the role of the server may only read and append. `audit_lock` is what appending locks.
 */
const statements = [
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
  `create table audit_lock (one boolean primary key default true check (one))`,
  `insert into audit_lock default values`,
  `create table audit_entries (
    sequence bigint primary key,
    recorded_at timestamptz(3) not null,
    principal_kind text not null,
    principal_id text,
    action text not null,
    about_kind text,
    about_id text,
    outcome text not null,
    previous_hash text collate "C" not null,
    hash text collate "C" not null
  )`,
  `create trigger audit_entries_append_only before update or delete or truncate on audit_entries
    for each statement execute function refuse_change()`,
  `revoke all on audit_entries from public`,
  `revoke all on audit_entries from current_user`,
  `grant select, insert on audit_entries to current_user`,
];

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
