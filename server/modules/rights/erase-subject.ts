import { sql } from 'kysely';
import { utf8 } from '../../../protocol/bytes.ts';
import { recordAction, recordActions } from '../../platform/audit-trail/record-action.ts';
import type { Principal } from '../../platform/auth/principals.ts';
import type { Database } from '../../platform/database/connection.ts';
import { nextServerSequence } from '../../platform/database/server-sequence.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import { bodyContext, encrypt } from '../../platform/keys/cipher.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';
import type { Person } from '../consent/person.ts';
import { readOpened } from '../subjects/opened-body.ts';
import { loadSubject } from '../subjects/subjects.ts';

/**
 * Erases a person (GDPR Art. 17): what was opened of their records, the sealed bodies, the key of the subject and with it whatever backup
 * of these rows there is. What stays is a suppression under the blind index of the number, with its day and scope: nothing that was agreed
 * before counts any more, also not what a kiosk delivers later. Headers and hashes stay, so that chains can still be checked.
 *
 * Two steps, because bodies stand with the kiosk and the rest with the person; done again after a crash in between, it finishes.
 * @returns how many records were theirs.
 */
export async function eraseSubject(
  db: Database,
  keys: ServerKeys,
  person: Person,
  principal: Principal,
  now: Date,
): Promise<number> {
  const { id } = person.subject;
  const erased = { action: 'subject.erased', about: { kind: 'subject', id } } as const;
  await recordActions(db, principal, [{ ...erased, outcome: 'begun' }], now);
  await forgetInOthers(db, keys, person);
  const { rows } = await sql`
    delete from sealed_bodies using opened_records as opened
    where opened.subject_id = ${id} and sealed_bodies.kiosk_id = opened.kiosk_id
      and sealed_bodies.sequence = opened.sequence and sealed_bodies.chain_hash = opened.chain_hash
      and sealed_bodies.received_at = opened.received_at
    returning sealed_bodies.sequence`.execute(db);
  await inTransaction(db, async (transaction) => {
    await transaction.selectFrom('subjects').select('id').where('id', '=', id).forUpdate().execute();
    const server_sequence = await nextServerSequence(transaction);
    await sql`
      insert into suppressions (blind_index, key_id, server_sequence, suppressed_on, scope)
      select blind_index, key_id, ${server_sequence}, ${now.toISOString().slice(0, 10)}::date, 'everything'
      from subject_numbers where subject_id = ${id}`.execute(transaction);
    for (const table of ['verifications', 'sent_messages', 'opened_records', 'subject_numbers'] as const) {
      await transaction.deleteFrom(table).where('subject_id', '=', id).execute();
    }
    await transaction.deleteFrom('subjects').where('id', '=', id).execute();
    await recordAction(transaction, principal, erased, now);
  });
  return rows.length;
}

/** A change of number stands with both numbers: the other person's copy must not go on naming this one. */
async function forgetInOthers(db: Database, keys: ServerKeys, { subject, number }: Person): Promise<void> {
  const others = await db
    .selectFrom('opened_records as own')
    .innerJoin('opened_records as theirs', (join) =>
      join
        .onRef('theirs.kiosk_id', '=', 'own.kiosk_id')
        .onRef('theirs.chain_hash', '=', 'own.chain_hash')
        .onRef('theirs.subject_id', '!=', 'own.subject_id'),
    )
    .where('own.subject_id', '=', subject.id)
    .select(['theirs.subject_id', 'theirs.kiosk_id', 'theirs.chain_hash', 'theirs.body'])
    .execute();
  for (const row of others) {
    const other = await loadSubject(db, keys.master, row.subject_id);
    if (other === null) continue;
    const body = readOpened(other, row);
    if (!('previousNumber' in body)) continue;
    const without = (each: string | null) => (each === number ? null : each);
    const kept = { ...body, number: without(body.number), previousNumber: without(body.previousNumber) };
    await db
      .updateTable('opened_records')
      .set({
        body: encrypt(other.key, utf8(JSON.stringify(kept)), bodyContext(other.id, row.kiosk_id, row.chain_hash)),
      })
      .where('subject_id', '=', row.subject_id)
      .where('kiosk_id', '=', row.kiosk_id)
      .where('chain_hash', '=', row.chain_hash)
      .execute();
  }
}
