import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { connect } from '../../server/platform/database/connection.ts';
import { migrate } from '../../server/platform/database/migrate.ts';
import { startEmbedded } from '../../server/platform/embedded-postgres/embedded.ts';
import { collect } from '../programs.ts';
import { distributedSchemaProblems } from './distributed-schema.ts';

/** Looks at what the migrations make of an empty database. */
export async function checkSchema(): Promise<string[]> {
  return await withMigratedDatabase(async (url) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      const { code, output } = await generateTypes(url, '--verify');
      const types =
        code === 0 ? [] : [`${output.trim()}\nWrite the types of the tables anew: npm run check -- --write`];
      return [...types, ...(await distributedSchemaProblems(client))];
    } finally {
      await client.end();
    }
  });
}

/** Writes the types of the tables anew, which are generated from the database. */
export async function writeTableTypes(): Promise<void> {
  const { code, output } = await withMigratedDatabase(async (url) => await generateTypes(url));
  if (code !== 0) throw new Error(output);
}

async function withMigratedDatabase<T>(use: (url: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-schema-'));
  const flags = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];
  const embedded = await startEmbedded(folder, flags);
  const db = connect(embedded.url, () => undefined, 1);
  try {
    await migrate(db);
    return await use(embedded.url);
  } finally {
    await db.destroy();
    await embedded.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As .kysely-codegenrc.json says. */
const generateTypes = (url: string, ...args: string[]) =>
  collect({ package: 'kysely-codegen', command: 'kysely-codegen', args, env: { DATABASE_URL: url } });
