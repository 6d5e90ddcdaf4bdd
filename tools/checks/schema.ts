import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { connect } from '../../server/platform/database/connection.ts';
import { migrate } from '../../server/platform/database/migrate.ts';
import { startEmbedded } from '../../server/platform/embedded-postgres/embedded.ts';
import { distributedSchemaProblems } from './distributed-schema.ts';

/** Migrates an empty database and looks at what came of it. */
export async function checkSchema(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-schema-'));
  const flags = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];
  const embedded = await startEmbedded(folder, flags);
  const db = connect(embedded.url, () => undefined, 1);
  const client = new pg.Client({ connectionString: embedded.url });
  try {
    await migrate(db);
    await client.connect();
    return await distributedSchemaProblems(client);
  } finally {
    await client.end();
    await db.destroy();
    await embedded.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
