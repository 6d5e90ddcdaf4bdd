import { sql, type Transaction } from 'kysely';
import type { NewAlarm, Tables } from '../../platform/database/types.ts';
import { newBatchId, type RecordBatch } from '../opening/record-batch.ts';
import type { Accepted } from './verify-batch.ts';

type Tx = Transaction<Tables>;

/** What these records stop must not wait behind others. Known by the clear header, before anything is opened. */
const stopping = new Set(['withdrawn', 'number_changed']);

/**
 * Stores the records, with their bodies apart, and notes them to be opened, in one statement. What comes twice is stored once.
 * @returns what is to be opened once this has committed.
 */
export async function insertRecords(
  transaction: Tx,
  kioskId: string,
  records: Accepted[],
  named: NamedCountersignatures,
  received: { at: Date; from: string | null; serverSequence: number },
): Promise<RecordBatch[]> {
  if (records.length === 0) return [];
  const [stops, others] = [newBatchId(), newBatchId()];
  const rows = records.map(({ wire, header, chainHash }) => ({
    kiosk_id: kioskId,
    chain_hash: chainHash,
    record_id: header.recordId,
    sequence: header.sequence,
    previous_chain_hash: header.previousChainHash,
    header: wire.header,
    body_hash: wire.bodyHash,
    signature: wire.signature,
    received_at: received.at,
    received_from: received.from,
    server_sequence: received.serverSequence,
    named_server_sequence: named.get(header.lastCountersignature)?.serverSequence ?? null,
    named_server_time: named.get(header.lastCountersignature)?.serverTime ?? null,
  }));
  const bodies = records.map(({ wire, header, chainHash }) => ({
    kiosk_id: kioskId,
    sequence: header.sequence,
    chain_hash: chainHash,
    received_at: received.at,
    sealed: wire.sealed,
  }));
  const urgent = records.filter(({ header }) => stopping.has(header.type));
  const isUrgent = sql<boolean>`chain_hash = any(${urgent.map(({ chainHash }) => chainHash)}::text[])`;
  const queued = ['kiosk_id', 'sequence', 'chain_hash', 'received_at'] as const;
  await transaction
    .with('stored', (db) =>
      db
        .insertInto('records')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .returning(queued),
    )
    .with('bodies', (db) =>
      db
        .insertInto('sealed_bodies')
        .values(bodies)
        .onConflict((conflict) => conflict.doNothing()),
    )
    .insertInto('unopened_records')
    .columns([...queued, 'stops', 'batch_id'])
    .expression((db) =>
      db
        .selectFrom('stored')
        .select(queued)
        .select(isUrgent.as('stops'))
        .select(sql<string>`case when ${isUrgent} then ${stops}::uuid else ${others}::uuid end`.as('batch_id')),
    )
    .execute();
  return [
    ...(urgent.length > 0 ? [{ id: stops, stops: true }] : []),
    ...(urgent.length < records.length ? [{ id: others, stops: false }] : []),
  ];
}

/** By their hash: the countersignatures that records name, as far as this server gave them to this kiosk. */
export type NamedCountersignatures = ReadonlyMap<
  string,
  {
    sequence: number;
    /** Null for one of an ended epoch: it proves no order against what was accepted since. */
    serverSequence: number | null;
    serverTime: Date;
  }
>;

export async function findNamed(
  transaction: Tx,
  kioskId: string,
  epoch: string,
  records: Accepted[],
): Promise<NamedCountersignatures> {
  const hashes = [...new Set(records.map(({ header }) => header.lastCountersignature))];
  if (hashes.length === 0) return new Map();
  const rows = await transaction
    .selectFrom('countersignatures')
    .select(['hash', 'sequence', 'epoch', 'server_sequence', 'server_time'])
    .where('kiosk_id', '=', kioskId)
    .where('hash', 'in', hashes)
    .execute();
  return new Map(
    rows.map((row) => [
      row.hash,
      {
        sequence: row.sequence,
        serverSequence: row.epoch === epoch ? row.server_sequence : null,
        serverTime: row.server_time,
      },
    ]),
  );
}

/** One alarm for each countersignature that was never given, or cannot have been when the record was made, about the first that names it. */
export function alarmsOfNamed(records: Accepted[], named: NamedCountersignatures): NewAlarm[] {
  const alarms = new Map<string, NewAlarm>();
  for (const { header } of records.toReversed()) {
    const { lastCountersignature: about, sequence } = header;
    const given = named.get(about);
    if (given === undefined) alarms.set(about, { code: 'countersignature_unknown', about, sequence });
    else if (given.sequence >= sequence) alarms.set(about, { code: 'countersignature_later', about, sequence });
  }
  return [...alarms.values()];
}
