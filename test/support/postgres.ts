import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../server/platform/embedded-postgres/embedded.ts';
import { startForAll } from '../../tools/testing/start-problems.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL in which tests may make databases. */
    postgresUrl: string;
  }
}

/** One PostgreSQL for the whole run: that of DATABASE_URL, or an embedded one that skips what only matters in a power cut. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.DATABASE_URL;
  if (given !== undefined) {
    await startForAll('PostgreSQL at DATABASE_URL', () => greet(given));
    project.provide('postgresUrl', given);
    return async () => undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
  const flags = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];
  const embedded = await startForAll('PostgreSQL for the tests', () => startEmbedded(folder, flags));
  project.provide('postgresUrl', embedded.url);
  return async () => {
    await embedded.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

async function greet(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  await client.end();
}
