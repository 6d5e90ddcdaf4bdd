import { type RawBuilder, sql } from 'kysely';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from '../../platform/database/connection.ts';
import { isAlarmed } from './gaps.ts';

/** An alarm, or all missing sequence numbers of a kiosk that are alarmed and as open as each other. */
export interface Alarm {
  kioskId: string;
  code: string;
  count: number;
  firstSequence: number;
  lastSequence: number;
  firstSeenAt: Date;
  lastSeenAt: Date;
  openedAt: Date;
  examples: string[];
  closedAt: Date | null;
  note: string | null;
}

/** Where a page ends. What stands behind it does not move while somebody turns pages, however often alarms are raised again. */
export type AlarmPlace = Pick<Alarm, 'kioskId' | 'code' | 'openedAt'>;

export interface AlarmFilter {
  open: boolean;
  code?: string | undefined;
  after?: AlarmPlace | undefined;
  limit: number;
}

const missing = 'sequence_missing';

/** Gaps are rows of their own, which go when they are filled, so that an alarm of them is over by itself. */
const alarmed = (now: Date): RawBuilder<unknown> => sql`(
  select kiosk_id, code, count, first_sequence, last_sequence, first_seen_at, last_seen_at, opened_at, examples, closed_at, closing_note
  from alarms
  union all
  select gaps.kiosk_id, ${missing}, sum(gaps.last - gaps.first + 1)::bigint, min(gaps.first), max(gaps.last), min(gaps.noticed_at),
    max(gaps.noticed_at), min(gaps.noticed_at), '{}', max(gaps.closed_at), (array_agg(gaps.closing_note order by gaps.closed_at desc))[1]
  from gaps join kiosks on kiosks.id = gaps.kiosk_id
  where ${isAlarmed(now)}
  group by gaps.kiosk_id, gaps.closed_at is null
) as alarmed`;

/** Newest first. */
export async function listAlarms(db: Database, filter: AlarmFilter, now: Date): Promise<Alarm[]> {
  const { open, code, after, limit } = filter;
  const { rows } = await sql<Alarm>`
    select kiosk_id as "kioskId", code, count, first_sequence as "firstSequence", last_sequence as "lastSequence",
      first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt", opened_at as "openedAt", examples,
      closed_at as "closedAt", closing_note as "note"
    from ${alarmed(now)}
    where (closed_at is null) = ${open}
      and ${code === undefined ? sql`true` : sql`code = ${code}`}
      and ${after === undefined ? sql`true` : sql`(opened_at, kiosk_id, code) < (${after.openedAt}, ${after.kioskId}::uuid, ${after.code})`}
    order by opened_at desc, kiosk_id desc, code desc limit ${limit}`.execute(db);
  return rows;
}

/** Every kind that is open, the rare ones as well, and how many kiosks have it. */
export async function countAlarms(db: Database, now: Date): Promise<{ code: string; kiosks: number; count: number }[]> {
  const { rows } = await sql<{ code: string; kiosks: number; count: number }>`
    select code, count(*) as kiosks, sum(count)::bigint as count from ${alarmed(now)}
    where closed_at is null group by code order by code`.execute(db);
  return rows;
}

/**
 * Head office has looked. Whatever new comes opens it again.
 * @param note why it is closed. @throws CodedError not_found when none is open.
 */
export async function closeByHand(db: Database, kioskId: string, code: string, note: string, now: Date): Promise<void> {
  const closing = { closed_at: now, closing_note: note };
  const { numUpdatedRows } =
    code === missing
      ? await db
          .updateTable('gaps')
          .from('kiosks')
          .set(closing)
          .whereRef('kiosks.id', '=', 'gaps.kiosk_id')
          .where('gaps.kiosk_id', '=', kioskId)
          .where('gaps.closed_at', 'is', null)
          .where(isAlarmed(now))
          .executeTakeFirstOrThrow()
      : await db
          .updateTable('alarms')
          .set(closing)
          .where('kiosk_id', '=', kioskId)
          .where('code', '=', code)
          .where('closed_at', 'is', null)
          .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw new CodedError('not_found');
}
