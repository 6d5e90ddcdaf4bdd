import { sql } from 'kysely';
import type { Database } from '../../platform/database/connection.ts';
import { installationKeys, setState } from '../../platform/database/installation-keys.ts';
import { codeLifetimeMilliseconds } from '../verification/codes.ts';

/** How much is under a master key. */
export interface RowsUnderKey {
  subjects: number;
  numbers: number;
  /** Numbers of people who were erased: they cannot be hashed anew, because nobody knows them any more. */
  suppressions: number;
  countedTexts: number;
  textedCodes: number;
  enrolmentCodes: number;
}

/** By the key's id. Reads whole tables. */
export async function countRowsUnderKeys(db: Database): Promise<Map<string, RowsUnderKey>> {
  const { rows } = await sql<{ key_id: string; what: keyof RowsUnderKey; n: number }>`
    select key_id, 'subjects' as what, count(*) as n from subjects group by key_id
    union all select key_id, 'numbers', count(*) from subject_numbers group by key_id
    union all select key_id, 'suppressions', count(*) from suppressions group by key_id
    union all select key_id, 'countedTexts', count(*) from sent_messages group by key_id
    union all select code_key_id, 'textedCodes', count(*) from verifications where code_key_id is not null group by code_key_id
    union all select key_id, 'enrolmentCodes', count(*) from enrolment_codes group by key_id`.execute(db);
  const counts = new Map<string, RowsUnderKey>();
  for (const { key_id, what, n } of rows) {
    const none = { subjects: 0, numbers: 0, suppressions: 0, countedTexts: 0, textedCodes: 0, enrolmentCodes: 0 };
    counts.set(key_id, { ...(counts.get(key_id) ?? none), [what]: n });
  }
  return counts;
}

/** Notes which older keys are done with, and lets go of those under which nothing is left: from then on nothing asks for them. */
export async function settleOlderKeys(db: Database, now: Date): Promise<void> {
  const keys = (await installationKeys(db)).filter(({ key_use }) => key_use === 'master');
  for (const { key_id, state } of keys) {
    if (state === 'rotating' && !(await hasPeople(db, key_id, now))) await setState(db, key_id, 'kept');
    if (state === 'kept' && !(await hasRemains(db, key_id))) {
      await db.deleteFrom('installation_keys').where('key_use', '=', 'master').where('key_id', '=', key_id).execute();
    }
  }
}

async function hasPeople(db: Database, keyId: string, now: Date): Promise<boolean> {
  const over = new Date(now.getTime() - codeLifetimeMilliseconds);
  await db
    .updateTable('verifications')
    .set({ code_hash: null, code_key_id: null })
    .where('code_key_id', '=', keyId)
    .where('code_sent_at', '<=', over)
    .execute();
  return await isAny(
    db,
    sql`exists (select from subject_numbers where key_id = ${keyId})
      or exists (select from subjects where key_id = ${keyId})
      or exists (select from verifications where code_key_id = ${keyId})`,
  );
}

/** Small tables, looked at every minute as long as a key is kept. Their rows go by themselves, but for the suppressions. */
const hasRemains = (db: Database, keyId: string): Promise<boolean> =>
  isAny(
    db,
    sql`exists (select from suppressions where key_id = ${keyId})
      or exists (select from enrolment_codes where key_id = ${keyId})
      or exists (select from sent_messages where key_id = ${keyId})`,
  );

async function isAny(db: Database, condition: ReturnType<typeof sql>): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select ${condition} as found`.execute(db);
  return rows[0]?.found ?? false;
}
