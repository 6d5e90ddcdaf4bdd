import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { damageReportSchema, problemSchema } from '../../../shared/contracts/wire.ts';
import type { PlatformContext } from '../../platform/context.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import { signerOf } from '../fleet/kiosk-authentication.ts';
import { raiseAlarms } from '../integrity/alarm-repository.ts';

/** Told at least once: the same damage is one alarm. That such a record never comes shows as a gap as well. */
export function damageRoutes({ db, clock }: PlatformContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/damaged-records',
      {
        config: { access: 'records:deliver' },
        bodyLimit: 64 * 1024,
        schema: {
          summary: 'Tell which records can no longer be read on the kiosk',
          tags: ['kiosk'],
          body: damageReportSchema,
          response: { 200: z.strictObject({}), '4xx': problemSchema },
        },
      },
      async (request) => {
        const { kiosk } = signerOf(request);
        const alarms = request.body.records.map(({ sequence, problem }) => ({
          code: problem,
          about: `record ${sequence}`,
          sequence,
        }));
        await inTransaction(db, (transaction) => raiseAlarms(transaction, kiosk.id, alarms, clock()));
        request.log.warn({ kioskId: kiosk.id, records: alarms.length }, 'records damaged on a kiosk');
        return {};
      },
    );
  };
}
