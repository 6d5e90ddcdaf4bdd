import { sql, type Transaction } from 'kysely';
import { CodedError } from '../../../shared/errors.ts';
import { recordAction } from '../../platform/audit-trail/record-action.ts';
import type { Principal } from '../../platform/auth/principals.ts';
import type { PlatformContext } from '../../platform/context.ts';
import type { Database } from '../../platform/database/connection.ts';
import { nextServerSequence } from '../../platform/database/server-sequence.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { Tables } from '../../platform/database/types.ts';
import { closeAlarms } from '../integrity/alarm-repository.ts';

export interface KioskEvent {
  kioskId: string;
  kind: 'revoked' | 'reinstated' | 'readopted';
  serverSequence: number;
  happenedAt: Date;
}

/**
 * Revokes a kiosk or takes it back.
 * @returns since when it is revoked; null: it is not.
 * @throws CodedError not_found
 */
export async function changeKiosk(
  { db, clock, journal }: PlatformContext,
  principal: Principal,
  kioskId: string,
  kind: 'revoked' | 'reinstated',
): Promise<Date | null> {
  const revokedAt = await inTransaction(db, async (transaction) => {
    if (!(await lockKiosk(transaction, kioskId))) throw new CodedError('not_found');
    const event = { kioskId, kind, serverSequence: await nextServerSequence(transaction), happenedAt: clock() };
    await journal.add(transaction, { ...event, kind: `kiosk_${kind}`, happenedAt: event.happenedAt.toISOString() });
    const about = { kind: 'kiosk', id: kioskId } as const;
    await recordAction(transaction, principal, { action: `kiosk.${kind}`, about }, event.happenedAt);
    return await applyKioskEvent(transaction, event);
  });
  await journal.write();
  return revokedAt;
}

/** @returns whether there is one. */
async function lockKiosk(transaction: Transaction<Tables>, id: string): Promise<boolean> {
  const query = transaction.selectFrom('kiosks').select('id').where('id', '=', id).forNoKeyUpdate();
  return (await query.executeTakeFirst()) !== undefined;
}

/** Done again it changes nothing, and what is newer holds, whatever order they come in. @returns since when the kiosk is revoked */
export async function applyKioskEvent(
  transaction: Transaction<Tables>,
  { kioskId, kind, serverSequence, happenedAt }: KioskEvent,
): Promise<Date | null> {
  await lockKiosk(transaction, kioskId);
  await keepKioskEvent(transaction, { kioskId, kind, serverSequence, happenedAt });
  const newest = await newestKioskEvent(transaction, kioskId);
  const revoked_at = newest?.kind === 'reinstated' ? null : sql<Date>`coalesce(revoked_at, ${happenedAt})`;
  const kiosk = await transaction
    .updateTable('kiosks')
    .set({ revoked_at })
    .where('id', '=', kioskId)
    .returning('revoked_at')
    .executeTakeFirst();
  if (newest?.kind === 'reinstated') {
    await closeAlarms(transaction, kioskId, ['revoked_kiosk_in_use', 'kiosk_readopted'], happenedAt);
  }
  return kiosk?.revoked_at ?? null;
}

/** Kept also for a kiosk that a restored database does not know yet. */
export async function keepKioskEvent(db: Database, event: KioskEvent): Promise<void> {
  const { kioskId: kiosk_id, kind, serverSequence: server_sequence, happenedAt: happened_at } = event;
  await db
    .insertInto('kiosk_events')
    .values({ kiosk_id, kind, server_sequence, happened_at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function newestKioskEvent(db: Database, kioskId: string) {
  return await db
    .selectFrom('kiosk_events')
    .select(['kind', 'happened_at'])
    .where('kiosk_id', '=', kioskId)
    .orderBy('server_sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
}
