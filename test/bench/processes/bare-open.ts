import pg from 'pg';
import { answerParent } from '../harness/child.ts';

const tables = ['subjects', 'subject_numbers', 'opened_records', 'verifications'];
const rowsPerTransaction = 64;

let client: pg.Client;
/** For each transaction the rows of each table, as JSON. */
let transactions: string[][] = [];

/** Tables of the same columns and indexes, which nothing else uses, and what opening has left in the real ones. */
async function prepare({ databaseUrl }: { databaseUrl: string }): Promise<void> {
  client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const columns: string[][] = [];
  for (const table of tables) {
    await client.query(`create table bare_${table} (like ${table} including all)`);
    const { rows } = await client.query<{ rows: string }>(
      `select json_agg(line)::text as rows from (
         select *, (row_number() over () - 1) / ${rowsPerTransaction} as chunk from ${table}
       ) as line group by chunk order by chunk`,
    );
    columns.push(rows.map((row) => row.rows));
  }
  transactions = (columns[0] ?? []).map((_, index) => columns.map((column) => column[index] ?? '[]'));
}

/** @returns milliseconds until all rows are inserted and committed. */
async function insertAll(): Promise<number> {
  await client.query(`truncate ${tables.map((table) => `bare_${table}`).join(', ')}`);
  await client.query('checkpoint');
  const started = performance.now();
  for (const rows of transactions) {
    await client.query('begin');
    for (const [index, table] of tables.entries()) {
      const insert = `insert into bare_${table} select * from json_populate_recordset(null::${table}, $1)`;
      await client.query(insert, [rows[index]]);
    }
    await client.query('commit');
  }
  return performance.now() - started;
}

answerParent({ prepare, insertAll }, async () => void (await client?.end()));
