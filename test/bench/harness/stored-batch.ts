import type pg from 'pg';

/** The rows of one kiosk as they are to be inserted: the sealed bodies as one value, the other columns as arrays. */
export interface StoredBatch {
  sealed: Buffer;
  values: unknown[][];
}

interface Row {
  kiosk_id: string;
  chain_hash: string;
  record_id: string;
  sequence: string;
  previous_chain_hash: string;
  header: string;
  body_hash: string;
  signature: string;
  sealed: Buffer;
}

/** What the server has stored, by kiosk. */
export async function fillBatches(pool: pg.Pool): Promise<StoredBatch[]> {
  const { rows } = await pool.query<Row>('select * from records order by kiosk_id, sequence');
  return [...Map.groupBy(rows, (row) => row.kiosk_id).values()].map(toBatch);
}

function toBatch(rows: Row[]): StoredBatch {
  let end = 1;
  const starts = rows.map(({ sealed }) => {
    end += sealed.length;
    return end - sealed.length;
  });
  return {
    sealed: Buffer.concat(rows.map(({ sealed }) => sealed)),
    values: [
      rows.map((row) => row.kiosk_id),
      rows.map((row) => row.chain_hash),
      rows.map((row) => row.record_id),
      rows.map((row) => row.sequence),
      rows.map((row) => row.previous_chain_hash),
      rows.map((row) => row.header),
      rows.map((row) => row.body_hash),
      rows.map((row) => row.signature),
      starts,
      rows.map(({ sealed }) => sealed.length),
    ],
  };
}
