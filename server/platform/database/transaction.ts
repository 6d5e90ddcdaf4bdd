import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import type { Database } from './connection.ts';
import type { Tables } from './types.ts';

const attempts = 6;

/**
 * Runs `work` in one transaction, and anew when the database rolled it back because of others: 40001 serialization_failure, which a
 * distributed PostgreSQL may answer to anybody at any time, and 40P01 deadlock_detected. So `work` must change nothing but the database.
 * @param mode `snapshot`: nothing is written, and everything is read as of one moment.
 * @throws the database's error after the sixth attempt, a good second later.
 */
export async function inTransaction<T>(
  db: Database,
  work: (transaction: Transaction<Tables>) => Promise<T>,
  mode: 'write' | 'snapshot' = 'write',
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await begin(db, mode).execute(work);
    } catch (error) {
      if (attempt === attempts || !wasRolledBack(error)) throw error;
      // At random, so that two that met do not meet again.
      await sleep(randomInt(1, 2 ** attempt * 20));
    }
  }
}

const begin = (db: Database, mode: 'write' | 'snapshot') =>
  mode === 'write'
    ? db.transaction()
    : db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');

const wasRolledBack = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');
