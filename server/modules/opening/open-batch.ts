import { sql, type Transaction } from 'kysely';
import { utf8 } from '../../../protocol/bytes.ts';
import type { PhoneNumber } from '../../../shared/phone/number.ts';
import type { RecordBody } from '../../../shared/record/body.ts';
import type { RecordHeader } from '../../../shared/record/header.ts';
import type { PlatformContext } from '../../platform/context.ts';
import type { Database } from '../../platform/database/connection.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { Tables } from '../../platform/database/types.ts';
import { bodyContext, encrypt } from '../../platform/keys/cipher.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';
import { hashToken } from '../../platform/keys/tokens.ts';
import { isAskedAnew } from '../consent/consent-status.ts';
import { confirmedAnewAfter, needsConfirmation } from '../consent/history.ts';
import { raiseAlarms } from '../integrity/alarm-repository.ts';
import { withoutNumber } from '../subjects/opened-body.ts';
import { findOrCreateSubjects, type Subject } from '../subjects/subjects.ts';
import { createVerifications, type Expected } from '../verification/create-verifications.ts';
import { leaveOutErased } from './erased-before.ts';
import { type ParkedCode, readRecord } from './read-record.ts';
import { tellJournal } from './tell-journal.ts';
import { type RecordPlace, samePlaces } from './unopened.ts';
import type { Unsealer } from './unseal.ts';

interface Waiting extends RecordPlace {
  header: string;
  sealed: Buffer;
  received_at: Date;
  server_sequence: number;
  /** Of the countersignature that the record names; null when this server never gave it. */
  named_server_sequence: number | null;
  named_server_time: Date | null;
}

/** What records are opened with. */
export interface OpeningTools {
  db: Database;
  keys: ServerKeys;
  unsealer: Unsealer;
  /** Of this program: another one tries again what it parks. */
  version: string;
  /** Told what ends something; `write` is called once that is committed. */
  journal: PlatformContext['journal'];
}

export interface Opened {
  opened: number;
  parked: number;
}

/**
 * Opens these records in one transaction: all, or none if it throws. Records that another process has in hand, or has opened since, are
 * left out.
 */
export async function openBatch(tools: OpeningTools, places: RecordPlace[], now: Date): Promise<Opened> {
  const { keys, unsealer, version, journal } = tools;
  const seal = { keyId: keys.seal.id, unsealer };
  const { stops, ...done } = await inTransaction(tools.db, async (transaction) => {
    const waiting = await lockWaiting(transaction, places);
    const read = waiting.map((record) => ({ record, ...readRecord(record, seal) }));
    const readable = read.filter((each) => 'body' in each);
    const unusable = read.filter((each) => 'parked' in each);
    const notErased = await leaveOutErased(transaction, keys.master, readable.map(withNumbers));
    if (notErased.length > 0) await storeOpened(tools, transaction, notErased, now);
    await forgetWaiting(
      transaction,
      readable.map(({ record }) => record),
    );
    await park(transaction, unusable, version, now);
    const stops = notErased.some(({ body }) => endsConsent(body));
    return { opened: readable.length, parked: unusable.length, stops };
  });
  if (stops) await journal.write();
  return done;
}

async function lockWaiting(transaction: Transaction<Tables>, places: RecordPlace[]): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select records.kiosk_id, records.sequence, records.chain_hash, records.header, sealed_bodies.sealed,
      records.received_at, records.server_sequence, records.named_server_sequence, records.named_server_time
    from ${samePlaces(places)} as wanted (kiosk_id, sequence, chain_hash)
    join unopened_records as waiting using (kiosk_id, sequence, chain_hash)
    join records using (kiosk_id, sequence, chain_hash)
    join sealed_bodies on sealed_bodies.kiosk_id = records.kiosk_id and sealed_bodies.sequence = records.sequence
      and sealed_bodies.chain_hash = records.chain_hash and sealed_bodies.received_at = records.received_at
    where waiting.parked_code is null
    for update of waiting skip locked`.execute(transaction);
  return rows;
}

interface Read {
  record: Waiting;
  origin: RecordHeader;
  body: RecordBody;
  /** Whose history it is part of. */
  numbers: PhoneNumber[];
  erased: PhoneNumber[];
}

async function storeOpened(
  { keys, journal }: OpeningTools,
  transaction: Transaction<Tables>,
  read: Read[],
  now: Date,
): Promise<void> {
  const subjects = await findOrCreateSubjects(
    transaction,
    keys.master,
    read.flatMap(({ numbers }) => numbers),
  );
  const rows = read.flatMap(({ record, origin, body, numbers, erased }) => {
    const manage_token_hash = 'manageToken' in body ? hashToken(body.manageToken) : null;
    // JSON leaves out what is undefined: the token itself is not kept.
    const kept = utf8(JSON.stringify({ ...erased.reduce(withoutNumber<RecordBody>, body), manageToken: undefined }));
    return numbers.map((number) => {
      const subject = subjects.get(number);
      if (subject === undefined) throw new Error('subject was not made');
      const context = bodyContext(subject.id, record.kiosk_id, record.chain_hash);
      return {
        number,
        subject_id: subject.id,
        kiosk_id: record.kiosk_id,
        chain_hash: record.chain_hash,
        record_id: origin.recordId,
        store_id: origin.storeId,
        sequence: record.sequence,
        type: origin.type,
        device_time: origin.deviceTime,
        ends_consent: endsConsent(body) && !('previousNumber' in body && number === body.number),
        received_at: record.received_at,
        server_sequence: record.server_sequence,
        named_server_sequence: record.named_server_sequence,
        named_server_time: record.named_server_time,
        body: encrypt(subject.key, kept, context),
        manage_token_hash,
        opened_at: now,
      };
    });
  });
  await transaction
    .insertInto('opened_records')
    .values(rows.map(({ number: _, ...row }) => row))
    .execute();
  for (const row of rows.filter(({ ends_consent }) => ends_consent)) await tellJournal(transaction, journal, row);
  const stopped = await stoppedAmong(transaction, [...new Set(rows.map((row) => row.subject_id))]);
  const anewAfter = await confirmedAnewAfter(transaction);
  await createVerifications(transaction, read.flatMap(expectedOf(subjects, stopped, anewAfter)), now);
}

async function forgetWaiting(transaction: Transaction<Tables>, records: RecordPlace[]): Promise<void> {
  await sql`
    delete from unopened_records using ${samePlaces(records)} as done (kiosk_id, sequence, chain_hash)
    where unopened_records.kiosk_id = done.kiosk_id and unopened_records.sequence = done.sequence
      and unopened_records.chain_hash = done.chain_hash`.execute(transaction);
}

/** Those of the subjects that have stopped something, before or after: an agreement of theirs may have to be asked about. */
async function stoppedAmong(transaction: Transaction<Tables>, subjectIds: string[]): Promise<Set<string>> {
  const { rows } = await sql<{ subject_id: string }>`
    select subject_id from opened_records where subject_id = any(${subjectIds}::uuid[]) and ends_consent
    union
    select subject_id from server_events
    where subject_id = any(${subjectIds}::uuid[]) and kind = 'withdrawn' and source in ('manage_page', 'record')
    union
    select subject_id from subject_numbers join suppressions using (blind_index)
    where subject_id = any(${subjectIds}::uuid[])`.execute(transaction);
  return new Set(rows.map((row) => row.subject_id));
}

/** The verification that a record needs: one, unless it is a withdrawal. */
const expectedOf =
  (subjects: Map<string, Subject>, stopped: ReadonlySet<string>, anewAfter: number | null) =>
  ({ record, origin, body, numbers }: Read): Expected[] => {
    const subject = subjects.get(body.number);
    if ('scope' in body || subject === undefined || !numbers.includes(body.number)) return [];
    const place = {
      subjectId: subject.id,
      kioskId: record.kiosk_id,
      chainHash: record.chain_hash,
      recordId: origin.recordId,
    };
    const isAnew = isAskedAnew({ after: record.named_server_sequence, anewAfter });
    return [{ ...place, needed: needsConfirmation(body) || stopped.has(subject.id) || isAnew }];
  };

/** Of a change of number: for the one that is left. */
const endsConsent = (body: RecordBody): boolean => 'scope' in body || 'previousNumber' in body;

const withNumbers = <Each extends { body: RecordBody }>(each: Each) => ({ ...each, numbers: numbersOf(each.body) });

/** The numbers whose history the record is part of: a change of number belongs to the old one and to the new one. */
function numbersOf(body: RecordBody): PhoneNumber[] {
  return 'previousNumber' in body ? [...new Set([body.previousNumber, body.number])] : [body.number];
}

async function park(
  transaction: Transaction<Tables>,
  unusable: { record: Waiting; parked: ParkedCode }[],
  version: string,
  now: Date,
): Promise<void> {
  for (const { record, parked } of unusable) {
    await transaction
      .updateTable('unopened_records')
      .set({ parked_code: parked, parked_by: version })
      .where('kiosk_id', '=', record.kiosk_id)
      .where('sequence', '=', record.sequence)
      .where('chain_hash', '=', record.chain_hash)
      .execute();
  }
  const byKiosk = Map.groupBy(unusable, ({ record }) => record.kiosk_id);
  for (const kioskId of [...byKiosk.keys()].sort()) {
    const findings = (byKiosk.get(kioskId) ?? []).map(({ record, parked }) => ({
      code: parked,
      about: record.chain_hash,
      sequence: record.sequence,
    }));
    await raiseAlarms(transaction, kioskId, findings, now);
  }
}
