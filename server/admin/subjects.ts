import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { receiptCode } from '../../protocol/record.ts';
import { problemSchema } from '../../shared/contracts/wire.ts';
import { e164Schema } from '../../shared/phone/number.ts';
import { hashSchema, idSchema, instantSchema } from '../../shared/primitives.ts';
import { bodySchemas } from '../../shared/record/body.ts';
import { choiceSchema } from '../../shared/record/consent.ts';
import { headerSchema } from '../../shared/record/header.ts';
import type { Database } from '../database/connection.ts';
import { bodyContext, decrypt } from '../opening/cipher.ts';
import { findSubject, type Subject } from '../opening/subjects.ts';
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
  state: z.literal('opened'),
});

/** What is kept of a body: all but the manage token, of which only the hash is. */
const keptBodySchema = z.union([
  bodySchemas.given.omit({ manageToken: true }),
  bodySchemas.guardian_consent.omit({ manageToken: true }),
  bodySchemas.withdrawn,
  bodySchemas.number_changed.omit({ manageToken: true }),
]);

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
          body: z.strictObject({ number: e164Schema }),
          response: { 200: z.object({ records: z.array(foundRecordSchema) }), '4xx': problemSchema },
        },
      },
      async (request) => {
        const subject = await findSubject(db, keys, request.body.number);
        return { records: subject === null ? [] : await recordsOf(db, subject) };
      },
    );
  };
}

async function recordsOf(db: Database, subject: Subject): Promise<z.infer<typeof foundRecordSchema>[]> {
  const rows = await db
    .selectFrom('opened_records')
    .innerJoin('records', (join) =>
      join
        .onRef('records.kiosk_id', '=', 'opened_records.kiosk_id')
        .onRef('records.chain_hash', '=', 'opened_records.chain_hash'),
    )
    .select(['records.kiosk_id', 'records.chain_hash', 'records.header', 'records.received_at', 'opened_records.body'])
    .where('opened_records.subject_id', '=', subject.id)
    .orderBy('records.received_at', 'desc')
    .orderBy('records.sequence', 'desc')
    .limit(1_000)
    .execute();
  return rows.map((row) => {
    const header = headerSchema.parse(JSON.parse(row.header));
    const plain = decrypt(subject.key, row.body, bodyContext(subject.id, row.kiosk_id, row.chain_hash));
    const body = keptBodySchema.parse(JSON.parse(plain.toString('utf8')));
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
      kioskId: row.kiosk_id,
      storeId: header.storeId,
      sequence: header.sequence,
      deviceTime: header.deviceTime,
      countersignedAt: row.received_at.toISOString(),
      state: 'opened' as const,
    };
  });
}

/** All but the last two digits hidden: `+••••••••••56`. */
const masked = (number: string): string => `+${'•'.repeat(number.length - 3)}${number.slice(-2)}`;
