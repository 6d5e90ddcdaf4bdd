import { Readable } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemSchema } from '../../../shared/contracts/wire.ts';
import { CodedError } from '../../../shared/errors.ts';
import { idSchema } from '../../../shared/primitives.ts';
import { recordActions } from '../../platform/audit-trail/record-action.ts';
import type { PlatformContext } from '../../platform/context.ts';
import { exportLedger } from './export-ledger.ts';
import { exportTrail } from './export-trail.ts';

/** What an auditor is given. Bodies in it are sealed as they came: it opens nothing. */
export function auditRoutes({ db, keys, clock }: PlatformContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/audit/kiosks/:id',
      {
        config: { access: 'audit:read' },
        schema: {
          summary: 'The whole ledger of a kiosk, for npm run verify: one JSON object a line',
          tags: ['head office'],
          params: z.object({ id: idSchema }),
          produces: ['application/jsonl'],
          response: { 200: z.unknown(), '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        const now = clock();
        const lines = await exportLedger(db, keys, request.params.id, now);
        if (lines === null) throw new CodedError('not_found');
        const about = { kind: 'kiosk', id: request.params.id } as const;
        await recordActions(db, request.principal, [{ action: 'ledger.exported', about }], now);
        return reply.type('application/jsonl').send(Readable.from(lines));
      },
    );

    app.get(
      '/v1/audit/trail',
      {
        config: { access: 'audit:read' },
        schema: {
          summary: 'What was done on whose behalf, for npm run verify: one JSON object a line',
          tags: ['head office'],
          produces: ['application/jsonl'],
          response: { 200: z.unknown(), '4xx': problemSchema },
        },
      },
      async ({ principal }, reply) => {
        const now = clock();
        await recordActions(db, principal, [{ action: 'audit_trail.exported', about: null }], now);
        return reply.type('application/jsonl').send(Readable.from(exportTrail(db, keys, now)));
      },
    );
  };
}
