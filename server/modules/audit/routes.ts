import { Readable } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemSchema } from '../../../shared/contracts/wire.ts';
import { CodedError } from '../../../shared/errors.ts';
import { idSchema } from '../../../shared/primitives.ts';
import type { PlatformContext } from '../../platform/context.ts';
import { exportLedger } from './export-ledger.ts';

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
        const lines = await exportLedger(db, keys, request.params.id, clock());
        if (lines === null) throw new CodedError('not_found');
        return reply.type('application/jsonl').send(Readable.from(lines));
      },
    );
  };
}
