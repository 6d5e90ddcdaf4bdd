import { sql } from 'kysely';
import type { Database } from '../../platform/database/connection.ts';
import type { KnownPlace } from '../../platform/journal/entry.ts';

/** For each kiosk that has sent records of the subject: the last of those that were accepted before a number of the server's counter. */
export async function knownPlaces(db: Database, subjectId: string, before: number): Promise<KnownPlace[]> {
  const { rows } = await sql<KnownPlace>`
    select kiosk_id as "kioskId", max(sequence) as sequence from opened_records
    where subject_id = ${subjectId} and server_sequence < ${before} group by kiosk_id`.execute(db);
  return rows;
}

/** Whether a record is among them, or stands before one of them in the chain of its kiosk. */
export const isKnown = (known: readonly KnownPlace[], place: KnownPlace): boolean =>
  known.some(({ kioskId, sequence }) => kioskId === place.kioskId && place.sequence <= sequence);
