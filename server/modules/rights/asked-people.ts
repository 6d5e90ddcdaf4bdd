import { sql } from 'kysely';
import { z } from 'zod';
import { CodedError } from '../../../shared/errors.ts';
import { regionSchema } from '../../../shared/phone/regions.ts';
import type { AuditedAction } from '../../platform/audit-trail/record-action.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { ConfigurationContext } from '../configuration/signed.ts';
import { type Person, type Place, personOfRecord } from '../consent/person.ts';
import { findSubject } from '../subjects/subjects.ts';
import { readAskedNumber, readAskedReceipt } from './lookup-query.ts';

/** Who is meant, by one of number and receiptCode. */
export const questionSchema = z.strictObject({
  /** In any spelling: as dialled in `country`, or international. */
  number: z.string().min(1).max(64).optional(),
  /** Where the number is written as at home; the shop's own country where it is not said. */
  country: regionSchema.optional(),
  /** As on the receipt: `7K3M-Q0XV`. */
  receiptCode: z.string().min(1).max(40).optional(),
});

/** @returns nobody where the number, or the receipt, is not known. @throws CodedError request_malformed, naming the field */
export async function findAsked(
  { db, keys, configurations }: ConfigurationContext,
  { number, receiptCode, country = configurations.anyStore.country }: z.infer<typeof questionSchema>,
): Promise<Person[]> {
  if ((number === undefined) === (receiptCode === undefined)) {
    const words = 'Ask by one of number and receiptCode.';
    throw new CodedError('request_malformed', { at: '', reason: 'number_or_receipt_code', words });
  }
  if (number === undefined) {
    const { rows } = await sql<Place>`
      select subject_id, kiosk_id, chain_hash from opened_records
      where substring(sha256(record_id::text::bytea) for 5) = ${readAskedReceipt(receiptCode ?? '')}`.execute(db);
    const people = await Promise.all(rows.map((place) => personOfRecord(db, keys, place)));
    return people.filter((person) => person !== null);
  }
  const { numbers, refusal } = readAskedNumber(number, country);
  for (const each of numbers) {
    const subject = await inTransaction(db, (transaction) => findSubject(transaction, keys.master, each));
    if (subject !== null) return [{ subject, number: each }];
  }
  if (refusal !== null) throw refusal;
  return [];
}

/** One entry for each; one as well where there is nobody, because somebody asked. */
export function aboutThem(action: 'subject.looked_up' | 'subject.erased', people: Person[]): AuditedAction[] {
  if (people.length === 0) return [{ action, about: null, outcome: 'nothing' }];
  return people.map(({ subject }) => ({ action, about: { kind: 'subject', id: subject.id } }));
}
