import { sql, type Transaction } from 'kysely';
import { inLines } from '../database/lines.ts';
import type { NewAlarm, Tables } from '../database/types.ts';
import type { Accepted } from './verify.ts';

type Tx = Transaction<Tables>;

/**
 * One statement for the whole batch. The sealed bodies travel as one binary value and are cut apart in the database: as an
 * array they would have to be written out in hexadecimal. No canonical JSON, hash or signature holds a line break.
 */
export async function insertRecords(
  transaction: Tx,
  kioskId: string,
  records: Accepted[],
  receivedAt: Date,
  receivedFrom: string,
): Promise<void> {
  if (records.length === 0) return;
  const column = (of: (record: Accepted) => string | number) => inLines(records.map(of));
  const lengths = records.map(({ wire }) => wire.sealed.length);
  let offset = 1;
  const offsets = lengths.map((length) => {
    offset += length;
    return offset - length;
  });
  await sql`
    with incoming as (
      insert into records
      select ${kioskId}::uuid, chain_hash, record_id, sequence, previous_chain_hash, header, body_hash,
        substring(${Buffer.concat(records.map(({ wire }) => wire.sealed))}::bytea from start for length),
        signature, ${receivedAt}::timestamptz, ${receivedFrom}::inet
      from unnest(
        ${column(({ chainHash }) => chainHash)},
        ${column(({ header }) => header.recordId)}::uuid[],
        ${column(({ header }) => header.sequence)}::bigint[],
        ${column(({ header }) => header.previousChainHash)},
        ${column(({ wire }) => wire.header)},
        ${column(({ wire }) => wire.bodyHash)},
        ${inLines(offsets)}::integer[],
        ${inLines(lengths)}::integer[],
        ${column(({ wire }) => wire.signature)}
      ) as r (chain_hash, record_id, sequence, previous_chain_hash, header, body_hash, start, length, signature)
      on conflict do nothing
      returning kiosk_id, sequence, chain_hash, received_at
    )
    insert into unopened_records (kiosk_id, sequence, chain_hash, received_at) select * from incoming`.execute(
    transaction,
  );
}

/** The same alarm twice is one alarm, with its first time and its lowest sequence number. */
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
