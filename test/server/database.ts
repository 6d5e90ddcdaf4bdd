import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  url: string;
  /** Without the schema. */
  query(text: string, values?: unknown[]): Promise<pg.QueryResult>;
  drop(): Promise<void>;
}

/** An empty database of its own for the caller. @param server that of all tests, if none is named. */
export async function createDatabase(server = inject('postgresUrl')): Promise<TestDatabase> {
  const administer = (statement: string) => execute(server, statement);
  const name = `countersign_test_${randomUUID().replaceAll('-', '')}`;
  await administer(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 2 });
  pool.on('error', () => undefined);
  return {
    url: url.href,
    query: (text, values) => pool.query(text, values),
    async drop() {
      await pool.end();
      await administer(`drop database ${name} with (force)`);
    },
  };
}

async function execute(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
