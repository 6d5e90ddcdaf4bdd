import { sql, type Transaction } from 'kysely';
import type { NewAlarm, Tables } from '../../platform/database/types.ts';
import { newBatchId, type RecordBatch } from '../opening/record-batch.ts';
import type { Accepted } from './verify-batch.ts';

type Tx = Transaction<Tables>;

/** What these records stop must not wait behind others. Known by the clear header, before anything is opened. */
const stopping = new Set(['withdrawn', 'number_changed']);

/**
 * Stores the records and notes them to be opened, in one statement. What is there already is left out of both.
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
    sealed: wire.sealed,
    signature: wire.signature,
    received_at: received.at,
    received_from: received.from,
    server_sequence: received.serverSequence,
    named_server_sequence: named.get(header.lastCountersignature)?.serverSequence ?? null,
    named_server_time: named.get(header.lastCountersignature)?.serverTime ?? null,
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
export type NamedCountersignatures = ReadonlyMap<string, { serverSequence: number; serverTime: Date }>;

export async function findNamed(
  transaction: Tx,
  kioskId: string,
  records: Accepted[],
): Promise<NamedCountersignatures> {
  const hashes = [...new Set(records.map(({ header }) => header.lastCountersignature))];
  if (hashes.length === 0) return new Map();
  const rows = await transaction
    .selectFrom('countersignatures')
    .select(['hash', 'server_sequence', 'server_time'])
    .where('kiosk_id', '=', kioskId)
    .where('hash', 'in', hashes)
    .execute();
  return new Map(rows.map((row) => [row.hash, { serverSequence: row.server_sequence, serverTime: row.server_time }]));
}

/** One alarm for each countersignature that was never given, about the first record that names it. */
export function unknownAmong(records: Accepted[], named: NamedCountersignatures): NewAlarm[] {
  const unknown = new Map<string, number>();
  for (const { header } of records.toReversed()) {
    if (!named.has(header.lastCountersignature)) unknown.set(header.lastCountersignature, header.sequence);
  }
  return [...unknown].map(([about, sequence]) => ({ code: 'countersignature_unknown', about, sequence }));
}
