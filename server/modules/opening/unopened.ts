import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Database } from '../../platform/database/connection.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { Tables } from '../../platform/database/types.ts';
import { jobsSchema } from '../../platform/jobs/queues.ts';
import { closeAlarms } from '../integrity/alarm-repository.ts';
import { newBatchId, type RecordBatch } from './record-batch.ts';

export interface RecordPlace {
  kiosk_id: string;
  sequence: number;
  chain_hash: string;
}

/** A table of the places, to join with. */
export const samePlaces = (places: RecordPlace[]): RawBuilder<unknown> => sql`unnest(
  ${places.map(({ kiosk_id }) => kiosk_id)}::uuid[],
  ${places.map(({ sequence }) => sequence)}::bigint[],
  ${places.map(({ chain_hash }) => chain_hash)}::text[]
)`;

/** The next records of these batches that wait, oldest batch first. */
export async function waitingOf(db: Database, batches: string[], limit: number): Promise<RecordPlace[]> {
  return await db
    .selectFrom('unopened_records')
    .select(['kiosk_id', 'sequence', 'chain_hash'])
    .where('batch_id', 'in', batches)
    .where('parked_code', 'is', null)
    .orderBy('batch_id')
    .limit(limit)
    .execute();
}

/** Gives one record a batch of its own. */
export async function setApart(db: Database, place: RecordPlace): Promise<RecordBatch> {
  const row = await db
    .updateTable('unopened_records')
    .set({ batch_id: newBatchId() })
    .where('kiosk_id', '=', place.kiosk_id)
    .where('sequence', '=', place.sequence)
    .where('chain_hash', '=', place.chain_hash)
    .returning(['batch_id', 'stops'])
    .executeTakeFirstOrThrow();
  return { id: row.batch_id, stops: row.stops };
}

/**
 * Batches that no job names, because their server ended between storing them and saying so.
 * @param before when they arrived; of the youngest their server may be about to make one.
 */
export async function batchesWithoutJob(db: Database, before: Date): Promise<RecordBatch[]> {
  const named = sql`
    select (jsonb_array_elements_text(data -> 'batches'))::uuid from ${sql.table(`${jobsSchema}.job`)}
    where state < 'completed' and data ? 'batches'`;
  const { rows } = await sql<{ batch_id: string; stops: boolean }>`
    select distinct batch_id, stops from unopened_records
    where parked_code is null and received_at <= ${before} and batch_id not in (${named})`.execute(db);
  return rows.map(({ batch_id, stops }) => ({ id: batch_id, stops }));
}

export interface ParkedFilter {
  /** Only those that another version parked. */
  notBy?: string;
  code?: string;
}

/** Lets parked records be tried again. What is still wrong with them parks and alarms them anew. */
export async function unpark(
  db: Database,
  { notBy, code }: ParkedFilter,
  now: Date,
): Promise<(RecordBatch & { records: number })[]> {
  return await inTransaction(db, async (transaction) => {
    const parked = await transaction
      .selectFrom('unopened_records')
      .select(['kiosk_id', 'sequence', 'chain_hash', 'parked_code', 'stops'])
      .where('parked_code', 'is not', null)
      .$if(notBy !== undefined, (query) => query.where(sql<boolean>`parked_by is distinct from ${notBy}`))
      .$if(code !== undefined, (query) => query.where('parked_code', '=', code ?? ''))
      .forUpdate()
      .skipLocked()
      .execute();
    const batches = [];
    for (const stops of [true, false]) {
      const released = parked.filter((record) => record.stops === stops);
      if (released.length === 0) continue;
      const id = newBatchId();
      batches.push({ id, stops, records: released.length });
      await sql`
        update unopened_records as parked set parked_code = null, parked_by = null, batch_id = ${id}
        from ${samePlaces(released)} as released (kiosk_id, sequence, chain_hash)
        where parked.kiosk_id = released.kiosk_id and parked.sequence = released.sequence
          and parked.chain_hash = released.chain_hash`.execute(transaction);
    }
    await closeWhereNoneIsParked(transaction, parked, now);
    return batches;
  });
}

/** By rising id of the kiosk, as whoever raises alarms goes. */
async function closeWhereNoneIsParked(
  transaction: Transaction<Tables>,
  released: { kiosk_id: string; parked_code: string | null }[],
  now: Date,
): Promise<void> {
  const codesOf = Map.groupBy(released, ({ kiosk_id }) => kiosk_id);
  for (const kioskId of [...codesOf.keys()].sort()) {
    const left = await transaction
      .selectFrom('unopened_records')
      .select('parked_code')
      .distinct()
      .where('kiosk_id', '=', kioskId)
      .where('parked_code', 'is not', null)
      .execute();
    const stillParked = new Set(left.map(({ parked_code }) => parked_code));
    const codes = new Set(codesOf.get(kioskId)?.flatMap(({ parked_code }) => parked_code ?? []));
    await closeAlarms(
      transaction,
      kioskId,
      [...codes].filter((code) => !stillParked.has(code)),
      now,
    );
  }
}
