import { randomBytes, randomUUID } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from '../../platform/database/connection.ts';
import type { Tables } from '../../platform/database/types.ts';
import { blindIndex, decrypt, encrypt, subjectKeyContext } from '../../platform/keys/cipher.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';

export interface Subject {
  id: string;
  key: Uint8Array;
}

type Keys = Pick<ServerKeys, 'blindIndexKey' | 'keyEncryptionKey'>;

/**
 * The subject of each number, made where there is none. Two processes meeting the same new number agree: the second waits on
 * the unique index until the first has committed. Numbers are inserted in sorted order, so that two transactions never deadlock.
 */
export async function findOrCreateSubjects(
  transaction: Transaction<Tables>,
  keys: Keys,
  numbers: string[],
): Promise<Map<string, Subject>> {
  const indexes = new Map(numbers.map((number) => [blindIndex(keys.blindIndexKey, number), number]));
  const claimed = await sql<{ blind_index: string; subject_id: string }>`
    insert into subject_numbers (blind_index, subject_id)
    select * from unnest(
      ${[...indexes.keys()].sort()}::text[],
      ${[...indexes.keys()].map(() => randomUUID())}::uuid[]
    )
    on conflict do nothing
    returning blind_index, subject_id`.execute(transaction);
  if (claimed.rows.length > 0) {
    const rows = claimed.rows.map(({ subject_id: id }) => ({
      id,
      wrapped_key: encrypt(keys.keyEncryptionKey, randomBytes(32), subjectKeyContext(id)),
    }));
    await transaction.insertInto('subjects').values(rows).execute();
  }
  const found = await findByIndexes(transaction, [...indexes.keys()]);
  return new Map(
    found.map((row) => {
      const number = indexes.get(row.blind_index);
      if (number === undefined) throw new CodedError('internal');
      return [number, unwrap(keys, row.id, row.wrapped_key)];
    }),
  );
}

export async function findSubject(db: Database, keys: Keys, number: string): Promise<Subject | null> {
  const [row] = await findByIndexes(db, [blindIndex(keys.blindIndexKey, number)]);
  return row === undefined ? null : unwrap(keys, row.id, row.wrapped_key);
}

export async function loadSubject(db: Database, keys: Keys, id: string): Promise<Subject | null> {
  const row = await db.selectFrom('subjects').select('wrapped_key').where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : unwrap(keys, id, row.wrapped_key);
}

async function findByIndexes(db: Database, indexes: string[]) {
  return await db
    .selectFrom('subject_numbers')
    .innerJoin('subjects', 'subjects.id', 'subject_numbers.subject_id')
    .select(['subject_numbers.blind_index', 'subjects.id', 'subjects.wrapped_key'])
    .where('subject_numbers.blind_index', 'in', indexes)
    .execute();
}

const unwrap = (keys: Keys, id: string, wrapped: Buffer): Subject => ({
  id,
  key: decrypt(keys.keyEncryptionKey, wrapped, subjectKeyContext(id)),
});
