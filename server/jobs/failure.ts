import { databaseUnavailable } from '../database/connection.ts';
import { errorCode } from '../files.ts';

/** PostgreSQL, appendix A: rolled back, no lock in time, out of resources or cancelled, a standby, a transaction that took too long. */
const passingStates = /^(40|53|55P03|55006|57|58|25006|25P0[34])/;

/** Errors of this program that pass by themselves. */
const passingCodes = new Set(['server_stopping', 'opened_elsewhere', 'messages_unavailable']);

/**
 * Whether the same work may well succeed later, because it failed by the state of the database, of another server or of a provider
 * and not by what it is about.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isPassing);
  const code = errorCode(error);
  return databaseUnavailable(error) || passingStates.test(code) || passingCodes.has(code);
}

export interface Failure {
  error: string;
  code: string;
}

/** What is kept of an error: messages of the database or of a parser may quote a person's data, names and codes never do. */
export const failureOf = (error: unknown): Failure => ({
  error: error instanceof Error ? error.name : typeof error,
  code: errorCode(error),
});
