import { cpSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { packBatch } from '../../../protocol/batch.ts';
import { answerParent } from '../harness/child.ts';

interface Row {
  sequence: number;
  header: string;
  body_hash: string;
  sealed: Buffer<ArrayBuffer>;
  signature: string;
}

const agent = new Agent({ keepAlive: true });

/** Reads, sends and ticks off the same records in the same batches, and looks at nothing. */
async function drain({ folder, copy, url }: { folder: string; copy: string; url: string }): Promise<number> {
  rmSync(copy, { recursive: true, force: true });
  cpSync(folder, copy, { recursive: true });
  const database = new SqliteDatabase(join(copy, 'kiosk.db'));
  database.pragma('synchronous = FULL');
  const next = database.prepare<[number], Row>(
    'SELECT sequence, header, body_hash, sealed, signature FROM records WHERE sequence > ? ORDER BY sequence LIMIT 500',
  );
  const note = database.prepare<[number, number]>(
    `UPDATE records SET state = 'delivered', delivered_at = '' WHERE sequence > ? AND sequence <= ?`,
  );
  const started = performance.now();
  let done = 0;
  for (let rows = next.all(done); rows.length > 0; rows = next.all(done)) {
    await post(url, packBatch(rows.map(wireOf)));
    const last = rows.at(-1)?.sequence ?? done;
    note.run(done, last);
    done = last;
  }
  const milliseconds = performance.now() - started;
  database.close();
  return milliseconds;
}

const wireOf = ({ header, body_hash, sealed, signature }: Row) => ({
  header,
  bodyHash: body_hash,
  sealed,
  signature,
});

function post(url: string, body: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'content-length': body.length } }, (answer) => {
      answer.resume();
      answer.on('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error(`${answer.statusCode}`))));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

answerParent({ drain });
