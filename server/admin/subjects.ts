import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { receiptCode } from '../../protocol/record.ts';
import { problemSchema } from '../../shared/contracts/wire.ts';
import { phoneNumberSchema } from '../../shared/phone/number.ts';
import { hashSchema, idSchema, instantSchema } from '../../shared/primitives.ts';
import { choiceSchema } from '../../shared/record/consent.ts';
import { type KnownRecord, readHistory } from '../consent/history.ts';
import { masked } from '../opening/read-opened.ts';
import { findSubject } from '../opening/subjects.ts';
import type { Parts } from '../parts.ts';

/** A consent record as head office sees it; the number is masked even for whoever typed it. */
const foundRecordSchema = z.object({
  receiptCode: z.string(),
  recordId: idSchema,
  type: z.string(),
  number: z.string(),
  choices: z.array(choiceSchema),
  notices: z.array(hashSchema),
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
  /** Whether the number was shown to be the customer's; null where there is nothing to confirm. */
  verification: z.enum(['pending', 'confirmed']).nullable(),
});

const mostRecords = 1_000;

/** POST, because a number must not stand in an address. */
export function subjectRoutes({ db, keys }: Parts): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/subjects/lookup',
      {
        bodyLimit: 16_384,
        schema: {
          summary: 'The records of a number',
          tags: ['head office'],
          security: [{ adminToken: [] }],
          body: z.strictObject({ number: phoneNumberSchema }),
          response: { 200: z.object({ records: z.array(foundRecordSchema) }), '4xx': problemSchema },
        },
      },
      async (request) => {
        const { number } = request.body;
        const subject = await findSubject(db, keys, number);
        const known = subject === null ? [] : (await readHistory(db, subject, number)).records;
        return { records: known.slice(0, mostRecords).map(shown) };
      },
    );
  };
}

function shown({ header, body, receivedAt, standing, verification }: KnownRecord): z.infer<typeof foundRecordSchema> {
  return {
    receiptCode: receiptCode(header.recordId),
    recordId: header.recordId,
    type: header.type,
    number: masked(body.number),
    ...('choices' in body
      ? { choices: body.choices, notices: body.notices, privacyNotice: body.privacyNotice }
      : { choices: [], notices: [], privacyNotice: null }),
    language: body.language,
    collectionMethod: body.collectionMethod,
    kioskId: header.kioskId,
    storeId: header.storeId,
    sequence: header.sequence,
    deviceTime: header.deviceTime,
    countersignedAt: receivedAt.toISOString(),
    state: standing === 'withdrawn' ? 'withdrawn' : 'opened',
    verification,
  };
}
