import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { unpackBatch } from '../../../protocol/batch.ts';
import type { Batch, WireRecord } from '../../../shared/contracts/wire.ts';
import { answerParent } from '../harness/child.ts';

/** Takes a batch off the wire and inserts it, durably, in one statement. No key, no hash, no check. */
async function serve({ databaseUrl }: { databaseUrl: string }): Promise<string> {
  const pool = new pg.Pool({ connectionString: databaseUrl });
  await pool.query('create table if not exists floor (header text, body_hash text, sealed bytea, signature text)');
  const server = createServer((request, response) => {
    void bodyOf(request)
      .then((body) => insert(pool, (unpackBatch(body) as Batch).records))
      .then(() => response.end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The sealed bodies as one binary value, cut apart in the database, and texts as lines: the fastest way that was found. */
async function insert(pool: pg.Pool, records: WireRecord[]): Promise<void> {
  const lines = (column: (record: WireRecord) => string) => records.map(column).join('\n');
  const sealed = records.map((record) => record.sealed);
  let end = 1;
  const starts = sealed.map(({ length }) => {
    end += length;
    return end - length;
  });
  await pool.query(
    `insert into floor select header, body_hash, substring($1::bytea from start for length), signature
     from unnest(string_to_array($2, e'\\n'), string_to_array($3, e'\\n'), string_to_array($4, e'\\n'), $5::int[], $6::int[])
     as r (header, body_hash, signature, start, length)`,
    [
      Buffer.concat(sealed),
      lines(({ header }) => header),
      lines(({ bodyHash }) => bodyHash),
      lines(({ signature }) => signature),
      starts,
      sealed.map(({ length }) => length),
    ],
  );
}

answerParent({ serve });
