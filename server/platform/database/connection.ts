import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Tables } from './types.ts';

export type Database = Kysely<Tables>;

const int8 = 20;

/** Sequence numbers are safe integers by schema, so int8 becomes a number and not the driver's string. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === int8 ? Number : pg.types.getTypeParser(oid, format)),
};

/**
 * @param onLost told when an idle connection breaks; the pool makes new ones by itself, but without a listener the process
 * would end.
 */
export function connect(url: string, onLost: (error: Error) => void, maxConnections = 10): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: 5_000,
    idle_in_transaction_session_timeout: 60_000,
    statement_timeout: 60_000,
    application_name: 'countersign',
    types,
  });
  pool.on('error', onLost);
  // The pool listens to idle connections only. One that breaks between two statements of a transaction would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/**
 * What passes by itself (PostgreSQL, appendix A; Node's error codes): connection lost, refused, shutting down, starting up, full, its
 * disk failing (08, 53, 57, 58); only to be read, as during a failover (25006); rolled back because of others, or waited too long for
 * them (40, 55P03, 55006, 57014, 25P03, 25P04).
 */
const unavailableCodes =
  /^(08|40|53|57|58|25006$|25P0[34]$|55P03$|55006$|ECONN|ENOENT$|EPIPE$|ETIMEDOUT$|EHOSTUNREACH$|ENETUNREACH$|ENOTFOUND$|EAI_AGAIN$)/;
const unavailableMessages = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered)/;

/** Whether the database cannot be used right now, as opposed to a mistake in what was asked of it. */
export function databaseUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(databaseUnavailable);
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return unavailableCodes.test(code) || unavailableMessages.test(error.message);
}
