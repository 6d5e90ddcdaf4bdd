import { sql, type Transaction } from 'kysely';
import type { RecordHeader } from '../../../shared/record/header.ts';
import type { StoredCountersignature, Tables } from '../../platform/database/types.ts';
import type { Finding } from '../integrity/alarm-repository.ts';
import { newBatchId, type RecordBatch } from '../opening/record-batch.ts';
import type { Accepted } from './verify-batch.ts';

type Tx = Transaction<Tables>;

/** What these records stop must not wait behind others. Known by the clear header, before anything is opened. */
const stopping = new Set(['withdrawn', 'number_changed']);

/** A record that is to be stored, and what is known of its arrival. */
export interface Arrived {
  record: Accepted;
  /** What proxies say about where it came from. */
  from: string | null;
  /** Drawn for its delivery. */
  serverSequence: number;
}

/**
 * Stores the records, with their bodies apart, and notes them to be opened, in one statement. What comes twice is stored once.
 * @returns what is to be opened once this has committed.
 */
export async function insertRecords(
  transaction: Tx,
  arrived: Arrived[],
  named: NamedCountersignatures,
  now: Date,
): Promise<RecordBatch[]> {
  if (arrived.length === 0) return [];
  const records = arrived.map(({ record }) => record);
  const [stops, others] = [newBatchId(), newBatchId()];
  const rows = arrived.map(({ record: { wire, header, chainHash }, from, serverSequence }) => ({
    kiosk_id: header.kioskId,
    chain_hash: chainHash,
    record_id: header.recordId,
    sequence: header.sequence,
    previous_chain_hash: header.previousChainHash,
    header: wire.header,
    body_hash: wire.bodyHash,
    signature: wire.signature,
    received_at: now,
    received_from: from,
    server_sequence: serverSequence,
    named_server_sequence: named.get(nameIn(header))?.serverSequence ?? null,
    named_server_time: named.get(nameIn(header))?.serverTime ?? null,
  }));
  const bodies = records.map(({ wire, header, chainHash }) => ({
    kiosk_id: header.kioskId,
    sequence: header.sequence,
    chain_hash: chainHash,
    received_at: now,
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

/** The countersignatures that records name, as far as this server gave them to their kiosk: by kiosk and hash, as `nameIn` has them. */
export type NamedCountersignatures = ReadonlyMap<
  string,
  {
    sequence: number;
    /** Null for one of an ended epoch: it proves no order against what was accepted since. */
    serverSequence: number | null;
    serverTime: Date;
  }
>;

const nameIn = ({ kioskId, lastCountersignature }: RecordHeader): string => `${kioskId} ${lastCountersignature}`;

export async function findNamed(transaction: Tx, epoch: string, records: Accepted[]): Promise<NamedCountersignatures> {
  const names = new Map(records.map(({ header }) => [nameIn(header), header]));
  if (names.size === 0) return new Map();
  const { rows } = await sql<StoredCountersignature>`
    select countersignatures.* from unnest(
      ${[...names.values()].map(({ kioskId }) => kioskId)}::uuid[],
      ${[...names.values()].map(({ lastCountersignature }) => lastCountersignature)}::text[]
    ) as named (kiosk_id, hash) join countersignatures using (kiosk_id, hash)`.execute(transaction);
  return new Map(
    rows.map((row) => [
      `${row.kiosk_id} ${row.hash}`,
      {
        sequence: row.sequence,
        serverSequence: row.epoch === epoch ? row.server_sequence : null,
        serverTime: row.server_time,
      },
    ]),
  );
}

/** One alarm for each countersignature that was never given, or cannot have been when the record was made, about the first that names it. */
export function alarmsOfNamed(records: Accepted[], named: NamedCountersignatures): Finding[] {
  const alarms = new Map<string, Finding>();
  for (const { header } of records.toReversed()) {
    const { lastCountersignature: about, sequence } = header;
    const given = named.get(nameIn(header));
    if (given === undefined) alarms.set(about, { code: 'countersignature_unknown', about, sequence });
    else if (given.sequence >= sequence) alarms.set(about, { code: 'countersignature_later', about, sequence });
  }
  return [...alarms.values()];
}
