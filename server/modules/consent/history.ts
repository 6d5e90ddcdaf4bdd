import { sql } from 'kysely';
import type { PhoneNumber } from '../../../shared/phone/number.ts';
import type { Choice } from '../../../shared/record/consent.ts';
import type { RecordHeader } from '../../../shared/record/header.ts';
import { grantsMessages } from '../../../shared/record/messages.ts';
import type { Database } from '../../platform/database/connection.ts';
import type { KnownPlace } from '../../platform/journal/entry.ts';
import { type KeptBody, readOpened } from '../subjects/opened-body.ts';
import type { Subject } from '../subjects/subjects.ts';
import {
  type ConsentStatus,
  consentStatusOf,
  endingOf,
  type Grant,
  isAskedAnew,
  isConfirmed,
  mustBeConfirmed,
  type Withdrawal,
} from './consent-status.ts';

/** What a person's records keep of their headers. */
export type RecordOrigin = Pick<RecordHeader, 'recordId' | 'kioskId' | 'storeId' | 'sequence' | 'type' | 'deviceTime'>;

/** A withdrawal with how it was said. */
export interface KnownWithdrawal extends Withdrawal {
  /** When it was known here: it was said by then. */
  at: Date;
  /** On the customer's own page, on a kiosk by themselves or with staff, or by leaving the number for another one. */
  by: 'customer_page' | 'kiosk' | 'staff' | 'number_change' | 'erasure';
  /** Null for what was done at the server itself. */
  origin: RecordOrigin | null;
}

/** One record of a number, with what the server knows about it by now. */
export interface KnownRecord {
  kioskId: string;
  chainHash: string;
  origin: RecordOrigin;
  body: KeptBody;
  receivedAt: Date;
  /** When the countersignature that it names was given. */
  notBefore: Date | null;
  /** Null for what agrees to nothing: a withdrawal, or the number that a change leaves behind. */
  consentStatus: ConsentStatus | null;
  /** When it, and nothing else, was stopped on the page of its receipt. */
  stoppedByReceipt: Date | null;
  /** What ended it, where it is withdrawn. */
  endedBy: KnownWithdrawal | null;
  verification: 'pending' | 'confirmed' | null;
  /** Whether it has to be confirmed once more, after a restore: its age says nothing then. */
  askedAnew: boolean;
}

/** Whether something may be sent for it, now or once it is confirmed. */
export const stands = ({ consentStatus }: KnownRecord): boolean =>
  consentStatus === 'pending' || consentStatus === 'active';

export interface History {
  /** Newest first. */
  records: KnownRecord[];
}

/** @param number the subject's. */
export async function readHistory(db: Database, subject: Subject, number: PhoneNumber): Promise<History> {
  const rows = await recordRows(db, subject.id);
  const records = rows.map((row) => ({
    row,
    origin: originOf(row),
    body: readOpened(subject, row),
  }));
  const events = await endingsAtServer(db, subject.id);
  const anewAfter = await confirmedAnewAfter(db);
  const withdrawals: KnownWithdrawal[] = [
    ...records
      .filter(({ body }) => !agrees(body, number))
      .map(({ row, origin, body }) => ({
        accepted: row.server_sequence,
        at: row.received_at,
        place: origin,
        origin,
        by: saidBy(body),
      })),
    ...events.filter(({ receipt }) => receipt === null).map(withdrawalOf),
  ];
  const stoppedByReceipt = new Map(
    events.filter(({ receipt }) => receipt !== null).map((event) => [event.receipt, withdrawalOf(event)]),
  );
  const known = records.map(({ row, origin, body }): KnownRecord => {
    const times = { receivedAt: row.received_at, notBefore: row.named_server_time };
    const own = stoppedByReceipt.get(`${row.kiosk_id} ${row.chain_hash}`);
    const ending = own === undefined ? withdrawals : [...withdrawals, own];
    const place = {
      kioskId: row.kiosk_id,
      chainHash: row.chain_hash,
      origin,
      body,
      ...times,
      stoppedByReceipt: own?.at ?? null,
    };
    if (!agrees(body, number)) {
      return { ...place, consentStatus: null, endedBy: null, verification: null, askedAnew: false };
    }
    const grant: Grant = {
      place: origin,
      accepted: row.server_sequence,
      after: row.named_server_sequence,
      linked: {
        first: (row.missing ?? 0) + 1,
        last: Math.min(origin.sequence, (row.forked_from ?? Number.POSITIVE_INFINITY) - 1),
      },
      needsConfirmation: needsConfirmation(body),
      confirmed: row.confirmed_sequence,
      anewAfter,
    };
    const unconfirmed = mustBeConfirmed(grant, withdrawals) ? 'pending' : null;
    const verification = isConfirmed(grant) ? 'confirmed' : unconfirmed;
    return {
      ...place,
      consentStatus: consentStatusOf(grant, ending),
      endedBy: endingOf(grant, ending),
      verification,
      askedAnew: isAskedAnew(grant),
    };
  });
  return { records: known };
}

const originOf = (row: Awaited<ReturnType<typeof recordRows>>[number]): RecordOrigin => ({
  recordId: row.record_id,
  kioskId: row.kiosk_id,
  storeId: row.store_id,
  sequence: row.sequence,
  type: row.type,
  deviceTime: row.device_time,
});
/** What was agreed before this number has to be confirmed after it; null: never restored without a journal. */
export async function confirmedAnewAfter(db: Database): Promise<number | null> {
  const { confirmed_anew_after } = await db
    .selectFrom('server_state')
    .select('confirmed_anew_after')
    .executeTakeFirstOrThrow();
  return confirmed_anew_after;
}

interface ServerEnding {
  at: Date;
  accepted: number;
  by: 'customer_page' | 'kiosk' | 'erasure';
  /** The record that said so; null for what was done at the server itself. */
  place: KnownPlace | null;
  known: KnownPlace[] | null;
  /** Kiosk and chain hash of the one record that it ends; null where it ends everything for the number. */
  receipt: string | null;
}

/** What was ended at the server itself: by the owner of the number, from a receipt, or because the person was erased before. */
async function endingsAtServer(db: Database, subjectId: string): Promise<ServerEnding[]> {
  const { rows } = await sql<ServerEnding>`
    select happened_at as at, server_sequence as accepted, known,
      case source when 'record' then 'kiosk' else 'customer_page' end as by,
      case source when 'record' then json_build_object('kioskId', kiosk_id, 'sequence', sequence) end as place,
      case source when 'receipt_page' then kiosk_id || ' ' || chain_hash end as receipt
    from server_events where subject_id = ${subjectId} and kind = 'withdrawn'
    union all
    select suppressed_on::timestamptz, server_sequence, known, 'erasure', null, null
    from subject_numbers join suppressions using (blind_index) where subject_id = ${subjectId}`.execute(db);
  return rows;
}

const withdrawalOf = ({ at, accepted, by, place, known }: ServerEnding): KnownWithdrawal => ({
  accepted,
  at,
  place,
  known: known ?? [],
  origin: null,
  by,
});

/** Whether the record agrees to something for this number. A change of number takes the old one out and brings the new one in. */
const agrees = (body: KeptBody, number: PhoneNumber): boolean => !('scope' in body) && body.number === number;

function saidBy(body: KeptBody): KnownWithdrawal['by'] {
  if (!('scope' in body)) return 'number_change';
  return body.collectionMethod === 'staff_assisted' ? 'staff' : 'kiosk';
}

/** Whether the number has to be confirmed before anything may be sent. */
export const needsConfirmation = (body: object & { choices?: Choice[] }): boolean =>
  body.choices === undefined || grantsMessages(body.choices);

/** Newest first, each with what says how far its chain is known: where the kiosk forked, and the last number below it that never came. */
async function recordRows(db: Database, subjectId: string) {
  return await db
    .selectFrom('opened_records')
    .innerJoin('kiosks', 'kiosks.id', 'opened_records.kiosk_id')
    .leftJoin('verifications', (join) =>
      join
        .onRef('verifications.subject_id', '=', 'opened_records.subject_id')
        .onRef('verifications.kiosk_id', '=', 'opened_records.kiosk_id')
        .onRef('verifications.chain_hash', '=', 'opened_records.chain_hash'),
    )
    .select((of) => [
      'opened_records.kiosk_id',
      'opened_records.chain_hash',
      'opened_records.body',
      'opened_records.record_id',
      'opened_records.store_id',
      'opened_records.sequence',
      'opened_records.type',
      'opened_records.device_time',
      'opened_records.received_at',
      'opened_records.server_sequence',
      'opened_records.named_server_sequence',
      'opened_records.named_server_time',
      'verifications.confirmed_sequence',
      'kiosks.forked_from',
      of
        .selectFrom('gaps')
        .whereRef('gaps.kiosk_id', '=', 'opened_records.kiosk_id')
        .whereRef('gaps.last', '<', 'opened_records.sequence')
        .select(({ fn }) => fn.max<number | null>('gaps.last').as('last'))
        .as('missing'),
    ])
    .where('opened_records.subject_id', '=', subjectId)
    .orderBy('opened_records.server_sequence', 'desc')
    .orderBy('opened_records.sequence', 'desc')
    .execute();
}
