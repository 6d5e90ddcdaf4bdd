/**
 * Nobody changes an entry, whoever they are, as long as the trigger is there, and the role of the server may only read and append.
 * `audit_lock` is what appending locks.
 */
export const auditTrail = [
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
