import { sql, type Transaction } from 'kysely';
import { CodedError } from '../../../shared/errors.ts';
import type { PhoneNumber } from '../../../shared/phone/number.ts';
import type { Database } from '../../platform/database/connection.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { Tables } from '../../platform/database/types.ts';
import type { MasterKey, MasterKeys } from '../../platform/keys/master-keys.ts';
import { readOpened } from '../subjects/opened-body.ts';
import { blindIndex, moveSuppressions, type Subject, unwrap, wrap } from '../subjects/subjects.ts';

const subjectsAtOnce = 100;

interface StoredSubject {
  blind_index: string;
  index_key_id: string;
  id: string;
  wrapped_key: Buffer;
  key_id: string;
}
interface Move {
  stored: StoredSubject;
  subject: Subject;
  number: PhoneNumber;
}

/**
 * Moves the next subjects, in the order of their blind indexes, from older master keys to the primary one, in one transaction. The subject's own key stays
 * what it is and is only wrapped anew, so that nobody who has it in hand, to read or to write, is disturbed.
 * @param after the last index of the call before; empty for the first.
 * @returns null when there are none left behind it; `unreadable` of them stay under their key, because no record gives their number.
 */
export async function moveSubjects(
  db: Database,
  master: MasterKeys,
  after: string,
): Promise<{ last: string; unreadable: number } | null> {
  return await inTransaction(db, async (transaction) => {
    const { primary } = await master.inUse(transaction);
    const stored = await lockNext(transaction, primary, after);
    const last = stored.at(-1);
    if (last === undefined) return null;
    const moves = await withNumbers(transaction, master, stored);
    if (moves.length > 0) {
      await moveIndexes(transaction, primary, moves);
      await rewrapKeys(transaction, primary, moves);
      for (const [keyId, own] of Map.groupBy(moves, ({ stored: { index_key_id } }) => index_key_id)) {
        const numbers = own.map(({ number }) => number);
        await moveSuppressions(transaction, master.byId(keyId), primary, numbers);
      }
    }
    return { last: last.blind_index, unreadable: stored.length - moves.length };
  });
}

/** Whoever is locked is left for the next time: another server is at it, or the person is being written to. */
async function lockNext(transaction: Transaction<Tables>, primary: MasterKey, after: string): Promise<StoredSubject[]> {
  return await transaction
    .selectFrom('subject_numbers')
    .innerJoin('subjects', 'subjects.id', 'subject_numbers.subject_id')
    .select(['blind_index', 'subject_numbers.key_id as index_key_id', 'id', 'wrapped_key', 'subjects.key_id'])
    .where('subject_numbers.key_id', '!=', primary.id)
    .where('blind_index', '>', after)
    .orderBy('blind_index')
    .limit(subjectsAtOnce)
    .forNoKeyUpdate()
    .skipLocked()
    .execute();
}

/** The number itself stands in every opened record of its subject, encrypted; of a change of number it is one of the two. */
async function withNumbers(
  transaction: Transaction<Tables>,
  master: MasterKeys,
  stored: StoredSubject[],
): Promise<Move[]> {
  const { rows } = await sql<{ subject_id: string; kiosk_id: string; chain_hash: string; body: Buffer }>`
    select distinct on (subject_id) subject_id, kiosk_id, chain_hash, body from opened_records
    where subject_id = any(${stored.map(({ id }) => id)}::uuid[])`.execute(transaction);
  const records = new Map(rows.map((row) => [row.subject_id, row]));
  return stored.flatMap((each) => {
    const record = records.get(each.id);
    return record === undefined ? [] : readMove(master, each, record);
  });
}

/** @returns nothing for rows that were damaged: they do not keep the others from being moved. */
function readMove(master: MasterKeys, stored: StoredSubject, record: Parameters<typeof readOpened>[1]): Move[] {
  const key = master.byId(stored.index_key_id);
  try {
    const subject = unwrap(master, stored);
    const body = readOpened(subject, record);
    const numbers = 'previousNumber' in body ? [body.number, body.previousNumber] : [body.number];
    const number = numbers.find((one) => one !== null && blindIndex(key, one) === stored.blind_index);
    return number === undefined || number === null ? [] : [{ stored, subject, number }];
  } catch (error) {
    if (error instanceof CodedError) throw error;
    return [];
  }
}

/** Another row and not another value in the same one: a distributed database shards the table by the index. */
async function moveIndexes(transaction: Transaction<Tables>, primary: MasterKey, moves: Move[]): Promise<void> {
  await transaction
    .deleteFrom('subject_numbers')
    .where(
      'blind_index',
      'in',
      moves.map(({ stored }) => stored.blind_index),
    )
    .execute();
  const rows = moves.map(({ subject, number }) => ({
    blind_index: blindIndex(primary, number),
    key_id: primary.id,
    subject_id: subject.id,
  }));
  await transaction.insertInto('subject_numbers').values(rows).execute();
}

async function rewrapKeys(transaction: Transaction<Tables>, primary: MasterKey, moves: Move[]): Promise<void> {
  const wrapped = moves.map(({ subject }) => wrap(primary, subject.id, subject.key.export()).wrapped_key);
  await sql`
    update subjects set wrapped_key = moved.wrapped_key, key_id = ${primary.id}
    from unnest(${moves.map(({ subject }) => subject.id)}::uuid[], ${wrapped}::bytea[]) as moved (id, wrapped_key)
    where subjects.id = moved.id`.execute(transaction);
}
