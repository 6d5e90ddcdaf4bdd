import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { sql } from 'kysely';
import { z } from 'zod';
import { receiptCode } from '../../../protocol/record.ts';
import { noticeSchema, privacyNoticeSchema } from '../../../shared/configuration.ts';
import { problemSchema } from '../../../shared/contracts/wire.ts';
import { CodedError } from '../../../shared/errors.ts';
import { regionSchema } from '../../../shared/phone/regions.ts';
import { hashSchema, idSchema, instantSchema } from '../../../shared/primitives.ts';
import { choiceSchema } from '../../../shared/record/consent.ts';
import { findWords, type ShownWords } from '../configuration/notices.ts';
import type { ConfigurationContext } from '../configuration/signed.ts';
import { type KnownRecord, type KnownWithdrawal, readHistory } from '../consent/history.ts';
import { type Place, personOfRecord } from '../consent/person.ts';
import { masked } from '../subjects/opened-body.ts';
import { findSubject } from '../subjects/subjects.ts';
import { readAskedNumber, readAskedReceipt } from './lookup-query.ts';

const withdrawalSchema = z.object({
  /** When it was known here: it was said by then. */
  at: instantSchema,
  /** On the customer's page, on a kiosk by themselves or with staff, or by leaving the number for another one. */
  by: z.enum(['customer_page', 'kiosk', 'staff', 'number_change']),
  /** Of the record that said so, and where; null for the customer's page. */
  receiptCode: z.string().nullable(),
  storeId: z.string().nullable(),
});

/** A consent record as head office sees it; the number is masked even for whoever typed it. */
const foundRecordSchema = z.object({
  receiptCode: z.string(),
  recordId: idSchema,
  type: z.string(),
  number: z.string(),
  choices: z.array(choiceSchema),
  /** In the order in which they stood on the screen; without words where they were never published here. */
  notices: z.array(z.object({ hash: hashSchema, notice: noticeSchema.nullable() })),
  /** Its text is in `privacyNotices`. */
  privacyNotice: hashSchema.nullable(),
  language: z.string(),
  collectionMethod: z.string(),
  kioskId: idSchema,
  storeId: z.string(),
  sequence: z.int(),
  deviceTime: instantSchema,
  countersignedAt: instantSchema,
  /** `withdrawn`: a withdrawal of the number, known by now, holds against this record. */
  state: z.enum(['opened', 'withdrawn']),
  /** When and how; null where it is not withdrawn. */
  withdrawal: withdrawalSchema.nullable(),
  /** Whether the number was shown to be the customer's; null where there is nothing to confirm. */
  verification: z.enum(['pending', 'confirmed']).nullable(),
});

const answerSchema = z.object({
  records: z.array(foundRecordSchema),
  privacyNotices: z.array(z.object({ hash: hashSchema, notice: privacyNoticeSchema.nullable() })),
});

/** One of number and receiptCode. */
const questionSchema = z.strictObject({
  /** In any spelling: as dialled in `country`, or international. */
  number: z.string().min(1).max(64).optional(),
  /** Where the number is written as at home; the shop's own country where it is not said. */
  country: regionSchema.optional(),
  /** As on the receipt: `7K3M-Q0XV`. */
  receiptCode: z.string().min(1).max(40).optional(),
});

const mostRecords = 1_000;

/** POST, because a number must not stand in an address. */
export function subjectRoutes({ db, keys, configurations }: ConfigurationContext): FastifyPluginAsyncZod {
  const ofNumber = async (text: string, country: z.infer<typeof regionSchema>): Promise<KnownRecord[]> => {
    const { numbers, refusal } = readAskedNumber(text, country);
    for (const number of numbers) {
      const subject = await findSubject(db, keys, number);
      if (subject !== null) return (await readHistory(db, subject, number)).records;
    }
    if (refusal !== null) throw refusal;
    return [];
  };
  const ofReceipt = async (text: string): Promise<KnownRecord[]> => {
    const { rows } = await sql<Place>`
      select subject_id, kiosk_id, chain_hash from opened_records
      where substring(sha256(record_id::text::bytea) for 5) = ${readAskedReceipt(text)}`.execute(db);
    const people = await Promise.all(rows.map((place) => personOfRecord(db, keys, place)));
    const histories = people.map((person) => person && readHistory(db, person.subject, person.number));
    return (await Promise.all(histories)).flatMap((history) => history?.records ?? []);
  };
  const wordsOf = (records: KnownRecord[]): Promise<ShownWords[]> =>
    Promise.all(
      records.map(async ({ body }) =>
        'choices' in body
          ? await findWords(db, body.notices, body.privacyNotice)
          : { notices: [], privacyNotice: null },
      ),
    );

  return async (app) => {
    app.post(
      '/v1/subjects/lookup',
      {
        bodyLimit: 16_384,
        schema: {
          summary: 'The records of a number, or of the number behind a receipt',
          tags: ['head office'],
          security: [{ adminToken: [] }],
          body: questionSchema,
          response: { 200: answerSchema, '4xx': problemSchema },
        },
      },
      async (request) => {
        const { number, receiptCode: receipt, country = configurations.anyStore.country } = request.body;
        if ((number === undefined) === (receipt === undefined)) {
          const words = 'Ask by one of number and receiptCode.';
          throw new CodedError('request_malformed', { at: '', reason: 'number_or_receipt_code', words });
        }
        const known = number === undefined ? await ofReceipt(receipt ?? '') : await ofNumber(number, country);
        const records = known.slice(0, mostRecords);
        const words = await wordsOf(records);
        const privacyNotices = new Map(
          records.flatMap(({ body }, at) =>
            'choices' in body ? [[body.privacyNotice, words[at]?.privacyNotice ?? null] as const] : [],
          ),
        );
        return {
          records: records.map((record, at) => shown(record, words[at]?.notices ?? [])),
          privacyNotices: [...privacyNotices].map(([hash, notice]) => ({ hash, notice })),
        };
      },
    );
  };
}

function shown(
  { header, body, receivedAt, consentStatus, endedBy, verification }: KnownRecord,
  notices: ShownWords['notices'],
): z.infer<typeof foundRecordSchema> {
  return {
    receiptCode: receiptCode(header.recordId),
    recordId: header.recordId,
    type: header.type,
    number: masked(body.number),
    ...('choices' in body
      ? { choices: body.choices, privacyNotice: body.privacyNotice }
      : { choices: [], privacyNotice: null }),
    notices,
    language: body.language,
    collectionMethod: body.collectionMethod,
    kioskId: header.kioskId,
    storeId: header.storeId,
    sequence: header.sequence,
    deviceTime: header.deviceTime,
    countersignedAt: receivedAt.toISOString(),
    state: consentStatus === 'withdrawn' ? 'withdrawn' : 'opened',
    withdrawal: endedBy === null ? null : shownWithdrawal(endedBy),
    verification,
  };
}

const shownWithdrawal = ({ at, by, header }: KnownWithdrawal): z.infer<typeof withdrawalSchema> => ({
  at: at.toISOString(),
  by,
  receiptCode: header === null ? null : receiptCode(header.recordId),
  storeId: header?.storeId ?? null,
});
