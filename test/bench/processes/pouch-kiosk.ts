import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import PouchDB from 'pouchdb';
import { answerParent } from '../harness/child.ts';

interface Row {
  sequence: number;
  header: string;
  body_hash: string;
  sealed: Buffer;
  signature: string;
}

/** Documents of the very fields and bytes that a kiosk sends. */
async function fill({ kiosk, folder }: { kiosk: string; folder: string }): Promise<number> {
  const source = new SqliteDatabase(join(kiosk, 'kiosk.db'), { readonly: true });
  const rows = source.prepare<[], Row>('SELECT * FROM records ORDER BY sequence').all();
  source.close();
  const database = new PouchDB(folder);
  await database.bulkDocs(
    rows.map(({ sequence, header, body_hash, sealed, signature }) => ({
      _id: String(sequence).padStart(12, '0'),
      header,
      bodyHash: body_hash,
      sealed: sealed.toString('base64url'),
      signature,
    })),
  );
  await database.close();
  return rows.length;
}

interface Replication {
  folder: string;
  copy: string;
  url: string;
  batchSize: number;
}

/** Replicates a copy of what was filled into an empty database of the server. */
async function drain({
  folder,
  copy,
  url,
  batchSize,
}: Replication): Promise<{ milliseconds: number; written: number }> {
  rmSync(copy, { recursive: true, force: true });
  cpSync(folder, copy, { recursive: true });
  const database = new PouchDB(copy);
  await database.info();
  const started = performance.now();
  const result = await database.replicate.to(url, { batch_size: batchSize });
  const milliseconds = performance.now() - started;
  await database.close();
  return { milliseconds, written: result.docs_written };
}

answerParent({ fill, drain });
