import { sql, type Transaction } from 'kysely';
import { utf8 } from '../../../protocol/bytes.ts';
import { recordAction, recordActions } from '../../platform/audit-trail/record-action.ts';
import type { Principal } from '../../platform/auth/principals.ts';
import type { PlatformContext } from '../../platform/context.ts';
import type { Database } from '../../platform/database/connection.ts';
import { nextServerSequence } from '../../platform/database/server-sequence.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { Tables } from '../../platform/database/types.ts';
import type { JournalEntry } from '../../platform/journal/entry.ts';
import { bodyContext, encrypt } from '../../platform/keys/cipher.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';
import type { Person } from '../consent/person.ts';
import { knownPlaces } from '../subjects/known-places.ts';
import { readOpened, withoutNumber } from '../subjects/opened-body.ts';
import { blindIndex, findSubject, loadSubject } from '../subjects/subjects.ts';

type ErasureContext = Pick<PlatformContext, 'db' | 'keys' | 'clock' | 'journal'>;

/**
 * Erases a person (GDPR Art. 17): what was opened of their records, the sealed bodies, the key of the subject and with it whatever backup
 * of these rows there is. What stays is a suppression under the blind index of the number, with its day and scope: nothing that was agreed
 * before counts any more, also not what a kiosk delivers later. Headers and hashes stay, so that chains can still be checked.
 *
 * Two steps, because bodies stand with the kiosk and the rest with the person; done again after a crash in between, it finishes.
 * @returns how many records were theirs.
 */
export async function eraseSubject(
  { db, keys, clock, journal }: ErasureContext,
  person: Person,
  principal: Principal,
): Promise<number> {
  const { id } = person.subject;
  const now = clock();
  const erased = { action: 'subject.erased', about: { kind: 'subject', id } } as const;
  await recordActions(db, principal, [{ ...erased, outcome: 'begun' }], now);
  const records = await eraseBodies(db, keys, person);
  await inTransaction(db, async (transaction) => {
    await transaction.selectFrom('subjects').select('id').where('id', '=', id).forUpdate().execute();
    const serverSequence = await nextServerSequence(transaction);
    const known = await knownPlaces(transaction, id, serverSequence);
    const happenedAt = now.toISOString();
    await journal.add(transaction, { kind: 'erased', number: person.number, known, serverSequence, happenedAt });
    await sql`
      insert into suppressions (blind_index, key_id, server_sequence, suppressed_on, scope)
      select blind_index, key_id, ${serverSequence}, ${happenedAt.slice(0, 10)}::date, 'everything'
      from subject_numbers where subject_id = ${id}`.execute(transaction);
    await eraseRows(transaction, id);
    await recordAction(transaction, principal, erased, now);
  });
  await journal.write();
  return records;
}

/** An erasure as the journal knows it, after a restore. Done again it changes nothing. */
export async function repeatErasure(
  { db, keys }: ErasureContext,
  { number, known, serverSequence, happenedAt }: Extract<JournalEntry, { kind: 'erased' }>,
): Promise<void> {
  const subject = await inTransaction(db, (transaction) => findSubject(transaction, keys.master, number));
  if (subject !== null) await eraseBodies(db, keys, { subject, number });
  await inTransaction(db, async (transaction) => {
    const { primary } = await keys.master.inUse(transaction);
    await sql`
      insert into suppressions (blind_index, key_id, server_sequence, suppressed_on, scope, known)
      values (${blindIndex(primary, number)}, ${primary.id}, ${serverSequence}, ${happenedAt.slice(0, 10)}::date,
        'everything', ${JSON.stringify(known)}::jsonb)
      on conflict do nothing`.execute(transaction);
    if (subject !== null) await eraseRows(transaction, subject.id);
  });
}

/** The sealed bodies, and what others' records say of the person. @returns how many records were theirs. */
async function eraseBodies(db: Database, keys: ServerKeys, person: Person): Promise<number> {
  await forgetInOthers(db, keys, person);
  const { rows } = await sql`
    delete from sealed_bodies using opened_records as opened
    where opened.subject_id = ${person.subject.id} and sealed_bodies.kiosk_id = opened.kiosk_id
      and sealed_bodies.sequence = opened.sequence and sealed_bodies.chain_hash = opened.chain_hash
      and sealed_bodies.received_at = opened.received_at
    returning sealed_bodies.sequence`.execute(db);
  return rows.length;
}

async function eraseRows(transaction: Transaction<Tables>, subjectId: string): Promise<void> {
  for (const table of ['verifications', 'sent_messages', 'opened_records', 'subject_numbers'] as const) {
    await transaction.deleteFrom(table).where('subject_id', '=', subjectId).execute();
  }
  await transaction.deleteFrom('subjects').where('id', '=', subjectId).execute();
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
    const kept = withoutNumber(body, number);
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
