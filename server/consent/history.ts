import { sql } from 'kysely';
import type { PhoneNumber } from '../../shared/phone/number.ts';
import type { Choice } from '../../shared/record/consent.ts';
import { headerSchema, type RecordHeader } from '../../shared/record/header.ts';
import { grantsMessages } from '../../shared/record/messages.ts';
import type { Database } from '../database/connection.ts';
import { type KeptBody, readOpened } from '../opening/read-opened.ts';
import type { Subject } from '../opening/subjects.ts';
import { endingOf, type Grant, type Standing, standingOf, type Withdrawal } from './standing.ts';

/** A withdrawal with how it was said. */
export interface KnownWithdrawal extends Withdrawal {
  /** On the customer's own page, on a kiosk by themselves or with staff, or by leaving the number for another one. */
  by: 'customer_page' | 'kiosk' | 'staff' | 'number_change';
  /** Null for what was done at the server itself. */
  header: RecordHeader | null;
}

/** One record of a number, with what the server knows about it by now. */
export interface KnownRecord {
  kioskId: string;
  chainHash: string;
  header: RecordHeader;
  body: KeptBody;
  receivedAt: Date;
  /** When the countersignature that it names was given. */
  notBefore: Date | null;
  /** Null for what agrees to nothing: a withdrawal, or the number that a change leaves behind. */
  standing: Standing | null;
  /** What ended it, where it is withdrawn. */
  endedBy: KnownWithdrawal | null;
  verification: 'pending' | 'confirmed' | null;
}

export interface History {
  /** Newest first. */
  records: KnownRecord[];
  /** When the number was last withdrawn. */
  withdrawnAt: Date | null;
}

/** @param number the subject's. */
export async function readHistory(db: Database, subject: Subject, number: PhoneNumber): Promise<History> {
  const rows = await recordRows(db, subject.id);
  const records = rows.map((row) => ({
    row,
    header: headerSchema.parse(JSON.parse(row.header)),
    body: readOpened(subject, row),
  }));
  const events = await db
    .selectFrom('server_events')
    .select('happened_at')
    .where('subject_id', '=', subject.id)
    .where('kind', '=', 'withdrawn')
    .execute();
  const withdrawals: KnownWithdrawal[] = [
    ...records
      .filter(({ body }) => !agrees(body, number))
      .map(({ row, header, body }) => ({ notAfter: row.received_at, place: header, header, by: saidBy(body) })),
    ...events.map(({ happened_at: at }) => ({ notAfter: at, place: null, header: null, by: 'customer_page' as const })),
  ];
  const known = records.map(({ row, header, body }): KnownRecord => {
    const times = { receivedAt: row.received_at, notBefore: row.given };
    const place = { kioskId: row.kiosk_id, chainHash: row.chain_hash, header, body, ...times };
    if (!agrees(body, number)) return { ...place, standing: null, endedBy: null, verification: null };
    const confirmed = row.confirmed_at !== null;
    const grant: Grant = { after: namedBy(row), confirmed, needsConfirmation: needsConfirmation(body) };
    const verification = confirmed ? 'confirmed' : grant.needsConfirmation ? 'pending' : null;
    return { ...place, standing: standingOf(grant, withdrawals), endedBy: endingOf(grant, withdrawals), verification };
  });
  const last = Math.max(...withdrawals.map(({ notAfter }) => notAfter.getTime()));
  return { records: known, withdrawnAt: Number.isFinite(last) ? new Date(last) : null };
}

/** Whether the record agrees to something for this number. A change of number takes the old one out and brings the new one in. */
const agrees = (body: KeptBody, number: PhoneNumber): boolean => !('scope' in body) && body.number === number;

function saidBy(body: KeptBody): KnownWithdrawal['by'] {
  if (!('scope' in body)) return 'number_change';
  return body.collectionMethod === 'staff_assisted' ? 'staff' : 'kiosk';
}

/** Whether the number has to be confirmed before anything may be sent. */
export const needsConfirmation = (body: object & { choices?: Choice[] }): boolean =>
  body.choices === undefined || grantsMessages(body.choices);

const namedBy = (row: { kiosk_id: string; given: Date | null; covered: number | null }): Grant['after'] =>
  row.given === null || row.covered === null
    ? null
    : { given: row.given, covers: { kioskId: row.kiosk_id, sequence: row.covered } };

/**
 * The subject's records, each with the countersignature it names. A record was made after that was given, because nobody could
 * know it before, and before the record arrived here.
 */
async function recordRows(db: Database, subjectId: string) {
  const named = sql<string>`records.header::json ->> 'lastCountersignature'`;
  return await db
    .selectFrom('opened_records')
    .innerJoin('records', (join) =>
      join
        .onRef('records.kiosk_id', '=', 'opened_records.kiosk_id')
        .onRef('records.record_id', '=', 'opened_records.record_id')
        .onRef('records.chain_hash', '=', 'opened_records.chain_hash'),
    )
    .leftJoin('countersignatures', (join) =>
      join.onRef('countersignatures.kiosk_id', '=', 'records.kiosk_id').on('countersignatures.hash', '=', named),
    )
    .leftJoin('verifications', (join) =>
      join
        .onRef('verifications.subject_id', '=', 'opened_records.subject_id')
        .onRef('verifications.kiosk_id', '=', 'opened_records.kiosk_id')
        .onRef('verifications.chain_hash', '=', 'opened_records.chain_hash'),
    )
    .select([
      'opened_records.kiosk_id',
      'opened_records.chain_hash',
      'opened_records.body',
      'records.header',
      'records.received_at',
      'countersignatures.server_time as given',
      'countersignatures.sequence as covered',
      'verifications.confirmed_at',
    ])
    .where('opened_records.subject_id', '=', subjectId)
    .orderBy('records.received_at', 'desc')
    .orderBy('records.sequence', 'desc')
    .execute();
}
