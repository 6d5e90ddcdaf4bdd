import type { PhoneNumber } from '../../../shared/phone/number.ts';
import type { Database } from '../../platform/database/connection.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';
import { readOpened } from '../subjects/opened-body.ts';
import { blindIndex, loadSubject, type Subject } from '../subjects/subjects.ts';
import { type History, type KnownRecord, readHistory } from './history.ts';

/** Names one opened record of one person. */
export interface Place {
  subject_id: string;
  kiosk_id: string;
  chain_hash: string;
}

export interface Person {
  subject: Subject;
  number: PhoneNumber;
}

/** The person who agreed to the record at a place. Null if the place belongs to the old number of a change of number. */
export async function personOfRecord(db: Database, keys: ServerKeys, place: Place): Promise<Person | null> {
  const subject = await loadSubject(db, keys.master, place.subject_id);
  const row = await db
    .selectFrom('opened_records')
    .innerJoin('subject_numbers', 'subject_numbers.subject_id', 'opened_records.subject_id')
    .select(['kiosk_id', 'chain_hash', 'body', 'blind_index', 'key_id'])
    .where('opened_records.subject_id', '=', place.subject_id)
    .where('kiosk_id', '=', place.kiosk_id)
    .where('chain_hash', '=', place.chain_hash)
    .executeTakeFirst();
  if (subject === null || row === undefined) return null;
  const { number } = readOpened(subject, row);
  if (number === null || blindIndex(keys.master.byId(row.key_id), number) !== row.blind_index) return null;
  return { subject, number };
}

/** The whole history of the number, and in it the record at the place. */
export async function historyWithRecord(
  db: Database,
  person: Person,
  place: Place,
): Promise<{ history: History; record: KnownRecord | undefined }> {
  const history = await readHistory(db, person.subject, person.number);
  const isIt = ({ kioskId, chainHash }: KnownRecord) => kioskId === place.kiosk_id && chainHash === place.chain_hash;
  return { history, record: history.records.find(isIt) };
}
