import { databaseUnavailable } from '../database/connection.ts';
import { errorCode } from '../files.ts';

/** Errors of this program that pass by themselves. */
const passingCodes = new Set(['server_stopping', 'opened_elsewhere', 'keys_outdated', 'messages_unavailable']);

/**
 * Whether the same work may well succeed later, because it failed by the state of the database, of another server or of a provider
 * and not by what it is about.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isPassing);
  return databaseUnavailable(error) || passingCodes.has(errorCode(error));
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
