import { sql, type Transaction } from 'kysely';
import type { NewAlarm, Tables } from '../../platform/database/types.ts';

type Tx = Transaction<Tables>;

/** An alarm that is there already keeps its time and takes the lower sequence number. */
export async function raiseAlarms(transaction: Tx, kioskId: string, alarms: NewAlarm[], now: Date): Promise<void> {
  if (alarms.length === 0) return;
  await sql`
    insert into alarms (kiosk_id, code, about, sequence, raised_at)
    select ${kioskId}::uuid, code, about, min(sequence), ${now}::timestamptz
    from unnest(
      ${alarms.map(({ code }) => code)}::text[],
      ${alarms.map(({ about }) => about)}::text[],
      ${alarms.map(({ sequence }) => sequence)}::bigint[]
    ) as a (code, about, sequence)
    group by code, about
    on conflict (kiosk_id, code, about) do update set sequence = least(alarms.sequence, excluded.sequence)
    where alarms.sequence > excluded.sequence`.execute(transaction);
}

export async function clearAlarms(transaction: Tx, kioskId: string, code: string, about: string[]): Promise<void> {
  if (about.length === 0) return;
  await transaction
    .deleteFrom('alarms')
    .where('kiosk_id', '=', kioskId)
    .where('code', '=', code)
    .where('about', 'in', about)
    .execute();
}
