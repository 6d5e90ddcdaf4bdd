import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { receiptCode } from '../../../protocol/record.ts';
import { noticeSchema, privacyNoticeSchema } from '../../../shared/configuration.ts';
import { problemSchema } from '../../../shared/contracts/wire.ts';
import { hashSchema, idSchema, instantSchema } from '../../../shared/primitives.ts';
import { shownNoticeSchema } from '../../../shared/record/body.ts';
import { choiceSchema } from '../../../shared/record/consent.ts';
import { presentationSchema } from '../../../shared/record/presentation.ts';
import { recordActions } from '../../platform/audit-trail/record-action.ts';
import { findWords, type ShownWords } from '../configuration/notices.ts';
import type { ConfigurationContext } from '../configuration/signed.ts';
import { type KnownRecord, type KnownWithdrawal, readHistory } from '../consent/history.ts';
import { masked } from '../subjects/opened-body.ts';
import { aboutThem, findAsked, questionSchema } from './asked-people.ts';

const withdrawalSchema = z.object({
  /** When it was known here: it was said by then. */
  at: instantSchema,
  /** On the customer's page, on a kiosk by themselves or with staff, or by leaving the number for another one. */
  by: z.enum(['customer_page', 'kiosk', 'staff', 'number_change', 'erasure']),
  /** Of the record that said so, and where; null for the customer's page. */
  receiptCode: z.string().nullable(),
  storeId: z.string().nullable(),
});

/** A consent record as head office sees it; the number is masked even for whoever typed it. */
const foundRecordSchema = z.object({
  receiptCode: z.string(),
  recordId: idSchema,
  type: z.string(),
  /** Null: it was left for another number, which has been erased. */
  number: z.string().nullable(),
  choices: z.array(choiceSchema),
  /** In the order in which they stood on the screen; without words where they were never published here. */
  notices: z.array(shownNoticeSchema.extend({ notice: noticeSchema.nullable() })),
  /** Its text is in `privacyNotices`. */
  privacyNotice: shownNoticeSchema.nullable(),
  language: z.string(),
  /** How the screen stood there when it was saved. */
  presentation: presentationSchema,
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

export type FoundRecord = z.infer<typeof foundRecordSchema>;

const answerSchema = z.object({
  records: z.array(foundRecordSchema),
  privacyNotices: z.array(z.object({ hash: hashSchema, notice: privacyNoticeSchema.nullable() })),
});

const mostRecords = 1_000;

/** POST, because a number must not stand in an address. */
export function subjectRoutes(context: ConfigurationContext): FastifyPluginAsyncZod {
  const { db } = context;
  const wordsOf = (records: KnownRecord[]): Promise<ShownWords[]> =>
    Promise.all(
      records.map(async ({ body }) =>
        'choices' in body ? await findWords(db, body) : { notices: [], privacyNotice: null },
      ),
    );

  return async (app) => {
    app.post(
      '/v1/subjects/lookup',
      {
        config: { access: 'subjects:read' },
        bodyLimit: 16_384,
        schema: {
          summary: 'The records of a number, or of the number behind a receipt',
          tags: ['head office'],
          body: questionSchema,
          response: { 200: answerSchema, '4xx': problemSchema },
        },
      },
      async (request) => {
        const people = await findAsked(context, request.body);
        await recordActions(db, request.principal, aboutThem('subject.looked_up', people), context.clock());
        const histories = await Promise.all(people.map(({ subject, number }) => readHistory(db, subject, number)));
        const known = histories.flatMap(({ records }) => records);
        const records = known.slice(0, mostRecords);
        const words = await wordsOf(records);
        const privacyNotices = new Map(
          records.flatMap(({ body }, at) =>
            'choices' in body ? [[body.privacyNotice.hash, words[at]?.privacyNotice ?? null] as const] : [],
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
  { origin, body, receivedAt, consentStatus, endedBy, verification }: KnownRecord,
  notices: ShownWords['notices'],
): FoundRecord {
  return {
    receiptCode: receiptCode(origin.recordId),
    recordId: origin.recordId,
    type: origin.type,
    number: body.number === null ? null : masked(body.number),
    ...('choices' in body
      ? { choices: body.choices, privacyNotice: body.privacyNotice }
      : { choices: [], privacyNotice: null }),
    notices,
    language: body.language,
    presentation: body.presentation,
    collectionMethod: body.collectionMethod,
    kioskId: origin.kioskId,
    storeId: origin.storeId,
    sequence: origin.sequence,
    deviceTime: origin.deviceTime,
    countersignedAt: receivedAt.toISOString(),
    state: consentStatus === 'withdrawn' ? 'withdrawn' : 'opened',
    withdrawal: endedBy === null ? null : shownWithdrawal(endedBy),
    verification,
  };
}

const shownWithdrawal = ({ at, by, origin }: KnownWithdrawal): z.infer<typeof withdrawalSchema> => ({
  at: at.toISOString(),
  by,
  receiptCode: origin === null ? null : receiptCode(origin.recordId),
  storeId: origin?.storeId ?? null,
});
