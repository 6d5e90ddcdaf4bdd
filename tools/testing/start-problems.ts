import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { CodedError } from '../../shared/errors.ts';

/** Names the file by which a runner of tests tells the process that started it what it could not start. */
export const problemsVariable = 'COUNTERSIGN_TEST_START_PROBLEMS';

/** Why something could not be started, in words for whoever runs the tests. */
export function startProblem(what: string, error: unknown): string {
  const facts = error instanceof CodedError ? Object.entries(error.details).map((fact) => fact.join(': ')) : [];
  const reason = error instanceof Error ? error.message : String(error);
  return [`${what} could not be started: ${reason}`, ...facts.map((fact) => `  ${fact}`)].join('\n');
}

/**
 * Starts what all tests of a runner stand on. Where it cannot be started the runner ends at once and says so: it would
 * otherwise report that it has found no tests, or fail them one by one.
 */
export async function startForAll<T>(what: string, start: () => T | Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const problem = startProblem(what, error);
    console.error(`\nNo test was run. ${problem}\n`);
    const file = process.env[problemsVariable];
    if (file !== undefined) appendFileSync(file, problem);
    process.exit(1);
  }
}

/** What a runner has left in the file. */
export function readProblem(file: string): string[] {
  return existsSync(file) ? [readFileSync(file, 'utf8')] : [];
}
