import pg from 'pg';
import { answerParent } from '../harness/child.ts';
import { inParallel } from '../harness/fleet.ts';
import { fillBatches, type StoredBatch } from '../harness/stored-batch.ts';

let pool: pg.Pool;
let batches: StoredBatch[] = [];

/** One table of the same columns and the same indexes, the sealed bodies among them, which nothing else uses. */
async function prepare({ databaseUrl, width }: { databaseUrl: string; width: number }): Promise<void> {
  pool = new pg.Pool({ connectionString: databaseUrl, max: width });
  pool.on('error', () => undefined);
  await pool.query('create table bare_records (like records including all) with (toast_tuple_target = 8160)');
  await pool.query('alter table bare_records add column sealed bytea not null');
  await pool.query('alter table bare_records alter column sealed set storage external');
  batches = await fillBatches(pool);
}

/** @returns milliseconds until all batches are inserted and committed, `width` at a time. */
async function insertAll({ width }: { width: number }): Promise<number> {
  await pool.query('truncate bare_records');
  await pool.query('checkpoint');
  const started = performance.now();
  await inParallel(batches, width, async ({ sealed, values }) => {
    await pool.query(
      `insert into bare_records (kiosk_id, chain_hash, record_id, sequence, previous_chain_hash, header, body_hash, sealed, signature,
         received_at, received_from, server_sequence)
       select $2::uuid, chain_hash, record_id, sequence, previous_chain_hash, header, body_hash,
         substring($1::bytea from start for length), signature, now(), '127.0.0.1', sequence
       from unnest(string_to_array($3, e'\\n'), string_to_array($4, e'\\n')::uuid[], $5::bigint[],
         string_to_array($6, e'\\n'), string_to_array($7, e'\\n'), string_to_array($8, e'\\n'),
         string_to_array($9, e'\\n'), $10::int[], $11::int[])
       as r (chain_hash, record_id, sequence, previous_chain_hash, header, body_hash, signature, start, length)`,
      [sealed, ...values],
    );
  });
  return performance.now() - started;
}

answerParent({ prepare, insertAll }, async () => void (await pool?.end()));
