import { fastify } from 'fastify';
import pg from 'pg';
import { answerParent } from '../harness/child.ts';

interface BareRecord {
  header: string;
  bodyHash: string;
  sealed: string;
  signature: string;
}

/** The least that a server can do for a request that is durable: parse JSON, insert one row. No key, no hash, no check. */
async function serve({ databaseUrl, connections }: { databaseUrl: string; connections: number }): Promise<string> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: connections });
  pool.on('error', () => undefined);
  await pool.query(
    'create table bare_requests (header text, body_hash text primary key, sealed bytea, signature text)',
  );
  const app = fastify();
  app.post<{ Body: BareRecord }>('/', async ({ body: { header, bodyHash, sealed, signature } }) => {
    const values = [header, bodyHash, Buffer.from(sealed, 'base64'), signature];
    await pool.query({ name: 'insert', text: 'insert into bare_requests values ($1, $2, $3, $4)', values });
    return {};
  });
  closing = async () => {
    await app.close();
    await pool.end();
  };
  return await app.listen({ port: 0, host: '127.0.0.1' });
}

let closing = async (): Promise<void> => undefined;

answerParent({ serve }, () => closing());
