import type { Transaction } from 'kysely';
import { auditEntryHash } from '../../../protocol/audit-trail/chain.ts';
import type { AuditEntry } from '../../../protocol/audit-trail/format.ts';
import type { Principal } from '../auth/principals.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Tables } from '../database/types.ts';
import { lastEntry } from './read-trail.ts';

/** Permanent, because trails are kept for years. */
type Action =
  | 'access.refused'
  | 'alarm.closed'
  | 'api_key.created'
  | 'api_key.revoked'
  | 'audit_trail.exported'
  | 'code.sent'
  | 'configuration.published'
  | 'confirmation_link.sent'
  | 'consent.withdrawn'
  | 'enrolment_code.created'
  | 'epoch.begun'
  | 'failed_jobs.retried'
  | 'kiosk.enrolled'
  | 'kiosk.readopted'
  | 'kiosk.reinstated'
  | 'kiosk.revoked'
  | 'journal.played_back'
  | 'ledger.exported'
  | 'master_key.made_primary'
  | 'number.confirmed'
  | 'parked_records.retried'
  | 'subject.erased'
  | 'subject.looked_up';

/** What is done, and about what: an opaque id, of nothing that would tell who somebody is. */
export interface AuditedAction {
  action: Action;
  about: {
    kind: 'api_key' | 'configuration' | 'epoch' | 'kiosk' | 'master_key' | 'permission' | 'store' | 'subject';
    id: string;
  } | null;
  /** `nothing`: there was nothing to do it to. */
  outcome?: 'begun' | 'done' | 'nothing' | 'refused';
}

/**
 * Appends an entry to the audit trail: it is there if and only if the transaction commits. To be called as late in it as can be: all others that
 * append wait until it ends, on whatever server, and nothing behind the call may wait for them.
 */
export async function recordAction(
  transaction: Transaction<Tables>,
  { kind, id }: Principal,
  { action, about, outcome = 'done' }: AuditedAction,
  now: Date,
): Promise<void> {
  await transaction.selectFrom('audit_lock').select('one').forUpdate().executeTakeFirstOrThrow();
  const last = await lastEntry(transaction);
  const entry: AuditEntry = {
    sequence: last.sequence + 1,
    at: now.toISOString(),
    principal: { kind, id },
    action,
    about,
    outcome,
    previousHash: last.hash,
  };
  await transaction
    .insertInto('audit_entries')
    .values({
      sequence: entry.sequence,
      recorded_at: now,
      principal_kind: kind,
      principal_id: id,
      action,
      about_kind: about?.kind ?? null,
      about_id: about?.id ?? null,
      outcome,
      previous_hash: entry.previousHash,
      hash: auditEntryHash(entry),
    })
    .execute();
}

/** For what changes nothing in this database: recorded before it is done, or answered, so that the trail may say more than happened, and never less. */
export async function recordActions(
  db: Database,
  principal: Principal,
  actions: AuditedAction[],
  now: Date,
): Promise<void> {
  await inTransaction(db, async (transaction) => {
    for (const action of actions) await recordAction(transaction, principal, action, now);
  });
}
