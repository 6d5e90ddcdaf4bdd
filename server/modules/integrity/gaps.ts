import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { BatchAnswer } from '../../../shared/contracts/wire.ts';
import type { Gap, Tables } from '../../platform/database/types.ts';

export interface Range {
  first: number;
  last: number;
}

/**
 * Takes arrived sequence numbers out of the gaps they fall into, and makes a new gap for what they jump over.
 * @param gaps those that contain one of the numbers; @param arrived ascending.
 */
export function afterArrival(gaps: Range[], highest: number, arrived: number[]): { gaps: Range[]; highest: number } {
  let open = gaps;
  let top = highest;
  for (const sequence of arrived) {
    if (sequence > top) {
      if (sequence > top + 1) open = [...open, { first: top + 1, last: sequence - 1 }];
      top = sequence;
    } else {
      open = open.flatMap((gap) => without(gap, sequence));
    }
  }
  return { gaps: open, highest: top };
}

function without({ first, last }: Range, sequence: number): Range[] {
  if (sequence < first || sequence > last) return [{ first, last }];
  return [
    { first, last: sequence - 1 },
    { first: sequence + 1, last },
  ].filter((part) => part.first <= part.last);
}

/** @returns the kiosk's highest sequence number after `arrived` (ascending) were stored. */
export async function updateGaps(
  transaction: Transaction<Tables>,
  kioskId: string,
  highest: number,
  arrived: number[],
  now: Date,
): Promise<number> {
  const old = (arrived[0] ?? highest + 1) <= highest ? await gapsAround(transaction, kioskId, arrived) : [];
  const after = afterArrival(old, highest, arrived);
  const isIn = (ranges: Range[]) => (range: Range) =>
    ranges.some(({ first, last }) => first === range.first && last === range.last);
  const gone = old.filter((gap) => !isIn(after.gaps)(gap));
  const added = after.gaps.filter((gap) => !isIn(old)(gap));
  if (gone.length > 0) {
    const firsts = gone.map(({ first }) => first);
    await transaction.deleteFrom('gaps').where('kiosk_id', '=', kioskId).where('first', 'in', firsts).execute();
  }
  if (added.length > 0) {
    // What is left of a gap is as old as it was, and as closed.
    const rows = added.map((gap) => {
      const whole = gone.find(({ first, last }) => first <= gap.first && gap.last <= last);
      const { noticed_at, closed_at, closing_note } = whole ?? { noticed_at: now, closed_at: null, closing_note: null };
      return { kiosk_id: kioskId, first: gap.first, last: gap.last, noticed_at, closed_at, closing_note };
    });
    await transaction.insertInto('gaps').values(rows).execute();
  }
  return after.highest;
}

async function gapsAround(transaction: Transaction<Tables>, kioskId: string, arrived: number[]) {
  const { rows } = await sql<Omit<Gap, 'kiosk_id'>>`
    select distinct gap.first, gap.last, gap.noticed_at, gap.closed_at, gap.closing_note
    from unnest(${arrived}::bigint[]) as arrived (sequence)
    cross join lateral (
      select first, last, noticed_at, closed_at, closing_note from gaps
      where kiosk_id = ${kioskId} and first <= arrived.sequence order by first desc limit 1
    ) as gap
    where gap.last >= arrived.sequence`.execute(transaction);
  return rows;
}

/** How long what was announced may take to come. */
const announcedMilliseconds = 86_400_000;

/**
 * Which gaps are alarmed, in a query that has the gaps with their kiosks. What only records ahead of their place jumped over was
 * announced by them and is still to come; if it has not come within a day, it is alarmed as well.
 */
export const isAlarmed = (now: Date): RawBuilder<boolean> =>
  sql`(gaps.last < kiosks.in_order_sequence or gaps.noticed_at < ${new Date(now.getTime() - announcedMilliseconds)})`;

/** @param inOrder the highest sequence number that came in order, by kiosk id. @returns by kiosk id, at most 20 of each. */
export async function firstGaps(
  transaction: Transaction<Tables>,
  inOrder: ReadonlyMap<string, number>,
): Promise<Map<string, BatchAnswer['missing']>> {
  const { rows } = await sql<{ kiosk_id: string; from: number; to: number }>`
    select gap.* from unnest(${[...inOrder.keys()]}::uuid[], ${[...inOrder.values()]}::bigint[]) as kiosk (id, in_order)
    cross join lateral (
      select kiosk_id, first as "from", last as "to" from gaps
      where kiosk_id = kiosk.id and last < kiosk.in_order order by first limit 20
    ) as gap`.execute(transaction);
  const byKiosk = Map.groupBy(rows, (row) => row.kiosk_id);
  return new Map([...byKiosk].map(([kioskId, gaps]) => [kioskId, gaps.map(({ from, to }) => ({ from, to }))]));
}
