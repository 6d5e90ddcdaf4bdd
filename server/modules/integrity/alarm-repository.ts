import { sql, type Transaction } from 'kysely';
import type { Tables } from '../../platform/database/types.ts';

type Tx = Transaction<Tables>;

/** What is wrong with one record, or whatever else an alarm of this code is about. */
export interface Finding {
  code: string;
  /** Tells it from others of the same code: a chain hash, the name of a countersignature, or words. Nothing personal. */
  about: string;
  sequence: number;
}

/** As many are remembered, so that telling them again is no news. Of a flood of others that cannot be known. */
const examplesKept = 20;

/**
 * One alarm for each kiosk and code, however many records it is about: a copied disk makes thousands in a minute. Something new opens
 * a closed one again; what is known already does so only if it was over and is back, and not what head office has closed.
 * Transactions that raise alarms of several kiosks do so by rising id, so that none waits for another in a circle.
 */
export async function raiseAlarms(transaction: Tx, kioskId: string, findings: Finding[], now: Date): Promise<void> {
  if (findings.length === 0) return;
  const news = sql`excluded.count - (select count(*) from unnest(excluded.examples) as e where e = any (alarms.examples))`;
  const unknown = sql`array(select e from unnest(excluded.examples) as e where e <> all (alarms.examples))`;
  const stays = sql`alarms.closed_at is null or (alarms.closing_note is not null and ${news} = 0)`;
  await sql`
    insert into alarms (kiosk_id, code, count, first_sequence, last_sequence, first_seen_at, last_seen_at, opened_at, examples)
    select ${kioskId}::uuid, code, count(*), min(sequence), max(sequence), ${now}, ${now}, ${now},
      (array_agg(about order by sequence, about))[1:${sql.lit(examplesKept)}]
    from (
      select code, about, min(sequence) as sequence
      from unnest(
        ${findings.map(({ code }) => code)}::text[],
        ${findings.map(({ about }) => about)}::text[],
        ${findings.map(({ sequence }) => sequence)}::bigint[]
      ) as given (code, about, sequence)
      group by code, about
    ) as found
    group by code order by code
    on conflict (kiosk_id, code) do update set
      count = alarms.count + ${news},
      first_sequence = least(alarms.first_sequence, excluded.first_sequence),
      last_sequence = greatest(alarms.last_sequence, excluded.last_sequence),
      last_seen_at = greatest(alarms.last_seen_at, excluded.last_seen_at),
      opened_at = case when ${stays} then alarms.opened_at else excluded.opened_at end,
      closed_at = case when ${stays} then alarms.closed_at end,
      closing_note = case when ${stays} then alarms.closing_note end,
      examples = (alarms.examples || ${unknown})[1:${sql.lit(examplesKept)}]`.execute(transaction);
}

export async function isAlarmOpen(transaction: Tx, kioskId: string, code: string): Promise<boolean> {
  const open = await transaction
    .selectFrom('alarms')
    .select('code')
    .where('kiosk_id', '=', kioskId)
    .where('code', '=', code)
    .where('closed_at', 'is', null)
    .executeTakeFirst();
  return open !== undefined;
}

/** What they were about is over. */
export async function closeAlarms(transaction: Tx, kioskId: string, codes: string[], now: Date): Promise<void> {
  if (codes.length === 0) return;
  await transaction
    .updateTable('alarms')
    .set({ closed_at: now })
    .where('kiosk_id', '=', kioskId)
    .where('code', 'in', codes)
    .where('closed_at', 'is', null)
    .execute();
}
