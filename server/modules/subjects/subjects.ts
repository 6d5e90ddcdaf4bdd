import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../../platform/database/connection.ts';
import type { Tables } from '../../platform/database/types.ts';
import { decrypt, encrypt, keyedHash, subjectKeyContext } from '../../platform/keys/cipher.ts';
import type { KeysInUse, MasterKey, MasterKeys } from '../../platform/keys/master-keys.ts';

export interface Subject {
  id: string;
  key: KeyObject;
}

/**
 * The subject of each number, made where there is none. Two processes meeting the same new number agree: the second waits on
 * the unique index until the first has committed. Numbers are inserted in sorted order, so that two transactions never deadlock.
 */
export async function findOrCreateSubjects(
  transaction: Transaction<Tables>,
  master: MasterKeys,
  numbers: string[],
): Promise<Map<string, Subject>> {
  const keys = await master.inUse(transaction);
  const found = await findSubjects(transaction, master, keys, numbers);
  const unknown = [...new Set(numbers)].filter((number) => !found.has(number));
  if (unknown.length === 0) return found;
  await createSubjects(transaction, keys, unknown);
  return new Map([...found, ...(await findSubjects(transaction, master, keys, unknown))]);
}

/** In a transaction, so that no key comes into use between the choice of the keys and the look. */
export async function findSubject(
  transaction: Transaction<Tables>,
  master: MasterKeys,
  number: string,
): Promise<Subject | null> {
  const keys = await master.inUse(transaction);
  return (await findSubjects(transaction, master, keys, [number])).get(number) ?? null;
}

export async function loadSubject(db: Database, master: MasterKeys, id: string): Promise<Subject | null> {
  const row = await db
    .selectFrom('subjects')
    .select(['id', 'wrapped_key', 'key_id'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : unwrap(master, row);
}

export const blindIndex = (key: MasterKey, number: string): string => keyedHash(key.blindIndex, number);

/** The subject's own key as it is stored. */
export const wrap = (
  key: MasterKey,
  subjectId: string,
  subjectKey: Uint8Array,
): { wrapped_key: Buffer; key_id: string } => ({
  wrapped_key: encrypt(key.subjectKeys, subjectKey, subjectKeyContext(subjectId)),
  key_id: key.id,
});

/** One of a new number is under the primary key; while keys are rotated, others are still under older ones. */
async function findSubjects(
  db: Database,
  master: MasterKeys,
  keys: KeysInUse,
  numbers: string[],
): Promise<Map<string, Subject>> {
  const indexes = new Map(keys.all.flatMap((key) => numbers.map((number) => [blindIndex(key, number), number])));
  const rows = await db
    .selectFrom('subject_numbers')
    .innerJoin('subjects', 'subjects.id', 'subject_numbers.subject_id')
    .select(['subject_numbers.blind_index', 'subjects.id', 'subjects.wrapped_key', 'subjects.key_id'])
    .where('subject_numbers.blind_index', 'in', [...indexes.keys()])
    .execute();
  return new Map(rows.map((row) => [indexes.get(row.blind_index) ?? '', unwrap(master, row)]));
}

/** Numbers that another process makes at the same time are left to it. */
async function createSubjects(transaction: Transaction<Tables>, keys: KeysInUse, numbers: string[]): Promise<void> {
  const { primary, all } = keys;
  const claimed = await sql<{ subject_id: string }>`
    insert into subject_numbers (blind_index, subject_id, key_id)
    select made.blind_index, made.subject_id, ${primary.id} from unnest(
      ${numbers.map((number) => blindIndex(primary, number)).sort()}::text[],
      ${numbers.map(() => randomUUID())}::uuid[]
    ) as made (blind_index, subject_id)
    on conflict do nothing
    returning subject_id`.execute(transaction);
  if (claimed.rows.length > 0) {
    const rows = claimed.rows.map(({ subject_id: id }) => ({ id, ...wrap(primary, id, randomBytes(32)) }));
    await transaction.insertInto('subjects').values(rows).execute();
  }
  for (const key of all.filter((each) => each !== primary)) await moveSuppressions(transaction, key, primary, numbers);
}

/** Of who was erased only the index is left, and it can be made anew only now that the number is seen again. */
export async function moveSuppressions(
  transaction: Transaction<Tables>,
  from: MasterKey,
  to: MasterKey,
  numbers: string[],
): Promise<void> {
  await sql`
    with moved as (
      delete from suppressions using unnest(
        ${numbers.map((number) => blindIndex(from, number))}::text[],
        ${numbers.map((number) => blindIndex(to, number))}::text[]
      ) as moving (before, after)
      where suppressions.blind_index = moving.before
      returning moving.after, server_sequence, suppressed_on, scope
    )
    insert into suppressions (blind_index, key_id, server_sequence, suppressed_on, scope)
    select after, ${to.id}, server_sequence, suppressed_on, scope from moved`.execute(transaction);
}

export const unwrap = (
  master: MasterKeys,
  { id, wrapped_key, key_id }: { id: string; wrapped_key: Buffer; key_id: string },
): Subject => ({
  id,
  key: createSecretKey(decrypt(master.byId(key_id).subjectKeys, wrapped_key, subjectKeyContext(id))),
});
