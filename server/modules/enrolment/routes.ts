import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { enrolmentAnswerSchema, enrolmentRequestSchema, problemSchema } from '../../../shared/contracts/wire.ts';
import { instantSchema, storeIdSchema } from '../../../shared/primitives.ts';
import { recordAction } from '../../platform/audit-trail/record-action.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { ConfigurationContext } from '../configuration/signed.ts';
import { createCode } from './codes.ts';
import { enrol } from './enrol.ts';

const newCodeSchema = z.object({ code: z.string(), storeId: storeIdSchema, expiresAt: instantSchema });

/** For kiosks that have nothing but a code. */
export function enrolmentRoutes({
  db,
  keys,
  configurations,
  clock,
  limits,
}: ConfigurationContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/enrolments',
      {
        config: { access: 'public', rateLimit: { max: limits.enrolmentsPerMinute, timeWindow: 60_000 } },
        bodyLimit: 16_384,
        schema: {
          summary: 'Join with a one-time code',
          tags: ['kiosk'],
          body: enrolmentRequestSchema,
          response: { 200: enrolmentAnswerSchema, '4xx': problemSchema },
        },
      },
      async (request) => {
        const answer = await enrol(db, keys, configurations, request.body, clock());
        request.log.info({ kioskId: answer.kioskId, storeId: answer.storeId }, 'kiosk enrolled');
        return answer;
      },
    );
  };
}

/** For head office. */
export function enrolmentCodeRoutes({ db, keys, configurations, clock }: ConfigurationContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/enrolment-codes',
      {
        config: { access: 'kiosks:write' },
        bodyLimit: 16_384,
        schema: {
          summary: 'Make a one-time enrolment code for a store, good for ten minutes',
          tags: ['head office'],
          body: z.strictObject({ storeId: storeIdSchema }),
          response: { 201: newCodeSchema, '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        const { storeId } = request.body;
        configurations.forStore(storeId);
        const now = clock();
        const { code, expiresAt } = await inTransaction(db, async (transaction) => {
          const created = await createCode(transaction, keys.master, storeId, now);
          const about = { kind: 'store', id: storeId } as const;
          await recordAction(transaction, request.principal, { action: 'enrolment_code.created', about }, now);
          return created;
        });
        return reply.code(201).send({ code, storeId, expiresAt: expiresAt.toISOString() });
      },
    );
  };
}
