import type pg from 'pg';

/**
 * The rows of one kiosk as they are to be inserted, in the fastest way known: the sealed bodies as one binary value that is cut
 * apart in the database, the texts as lines of one text. The server itself writes them plainly, and is measured against this.
 */
export interface StoredBatch {
  sealed: Buffer;
  values: unknown[];
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
  const { rows } = await pool.query<Row>(
    `select * from records join sealed_bodies using (kiosk_id, sequence, chain_hash, received_at) order by kiosk_id, sequence`,
  );
  return [...Map.groupBy(rows, (row) => row.kiosk_id).values()].map(toBatch);
}

function toBatch(rows: Row[]): StoredBatch {
  let end = 1;
  const starts = rows.map(({ sealed }) => {
    end += sealed.length;
    return end - sealed.length;
  });
  const lines = (column: (row: Row) => string) => rows.map(column).join('\n');
  return {
    sealed: Buffer.concat(rows.map(({ sealed }) => sealed)),
    values: [
      rows[0]?.kiosk_id,
      lines((row) => row.chain_hash),
      lines((row) => row.record_id),
      rows.map((row) => row.sequence),
      lines((row) => row.previous_chain_hash),
      lines((row) => row.header),
      lines((row) => row.body_hash),
      lines((row) => row.signature),
      starts,
      rows.map(({ sealed }) => sealed.length),
    ],
  };
}
