import { sql, type Transaction } from 'kysely';
import type { NewAlarm, Tables } from '../database/types.ts';
import type { Accepted } from './verify.ts';

type Tx = Transaction<Tables>;

/** Stores the records and queues them to be opened, in one statement. What is there already is left out of both. */
export async function insertRecords(
  transaction: Tx,
  kioskId: string,
  records: Accepted[],
  receivedAt: Date,
  receivedFrom: string | null,
): Promise<void> {
  if (records.length === 0) return;
  const rows = records.map(({ wire, header, chainHash }) => ({
    kiosk_id: kioskId,
    chain_hash: chainHash,
    record_id: header.recordId,
    sequence: header.sequence,
    previous_chain_hash: header.previousChainHash,
    header: wire.header,
    body_hash: wire.bodyHash,
    sealed: wire.sealed,
    signature: wire.signature,
    received_at: receivedAt,
    received_from: receivedFrom,
  }));
  const queued = ['kiosk_id', 'sequence', 'chain_hash', 'received_at'] as const;
  await transaction
    .with('stored', (db) =>
      db
        .insertInto('records')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .returning(queued),
    )
    .insertInto('unopened_records')
    .columns(queued)
    .expression((db) => db.selectFrom('stored').select(queued))
    .execute();
}

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

/** Countersignatures that records name as already seen, and that this server never gave to this kiosk. */
export async function findUnknownCountersignatures(
  transaction: Tx,
  kioskId: string,
  records: Accepted[],
): Promise<NewAlarm[]> {
  const named = new Map<string, number>();
  for (const { header } of records.toReversed()) named.set(header.lastCountersignature, header.sequence);
  if (named.size === 0) return [];
  const given = await transaction
    .selectFrom('countersignatures')
    .select('hash')
    .where('kiosk_id', '=', kioskId)
    .where('hash', 'in', [...named.keys()])
    .execute();
  for (const { hash } of given) named.delete(hash);
  return [...named].map(([about, sequence]) => ({ code: 'countersignature_unknown', about, sequence }));
}
