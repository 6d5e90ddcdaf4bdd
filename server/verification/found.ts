import type { PhoneNumber } from '../../shared/phone/number.ts';
import { type History, type KnownRecord, readHistory } from '../consent/history.ts';
import type { Database } from '../database/connection.ts';
import type { ServerKeys } from '../keys.ts';
import { readOpened } from '../opening/read-opened.ts';
import { loadSubject, type Subject } from '../opening/subjects.ts';

/** Names one opened record of one person. */
export interface Place {
  subject_id: string;
  kiosk_id: string;
  chain_hash: string;
}

/** The person behind a place, and the number to text. Null when the record agrees to nothing. */
export async function personAt(
  db: Database,
  keys: ServerKeys,
  place: Place,
): Promise<{ subject: Subject; number: PhoneNumber } | null> {
  const subject = await loadSubject(db, keys, place.subject_id);
  const row = await db
    .selectFrom('opened_records')
    .select(['kiosk_id', 'chain_hash', 'body'])
    .where('subject_id', '=', place.subject_id)
    .where('kiosk_id', '=', place.kiosk_id)
    .where('chain_hash', '=', place.chain_hash)
    .executeTakeFirst();
  if (subject === null || row === undefined) return null;
  return { subject, number: readOpened(subject, row).number };
}

/** Everything about the number, and the record at the place in it. */
export async function historyAt(
  db: Database,
  person: { subject: Subject; number: PhoneNumber },
  place: Place,
): Promise<{ history: History; record: KnownRecord | undefined }> {
  const history = await readHistory(db, person.subject, person.number);
  const isIt = ({ kioskId, chainHash }: KnownRecord) => kioskId === place.kiosk_id && chainHash === place.chain_hash;
  return { history, record: history.records.find(isIt) };
}
