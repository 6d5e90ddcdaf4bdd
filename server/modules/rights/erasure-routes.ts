import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemSchema } from '../../../shared/contracts/wire.ts';
import { recordActions } from '../../platform/audit-trail/record-action.ts';
import type { ConfigurationContext } from '../configuration/signed.ts';
import { aboutThem, findAsked, questionSchema } from './asked-people.ts';
import { eraseSubject } from './erase-subject.ts';

export function erasureRoutes(context: ConfigurationContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/subjects/erasure',
      {
        config: { access: 'subjects:erase' },
        bodyLimit: 16_384,
        schema: {
          summary: 'Erase the person of a number, or of the number behind a receipt: for good',
          tags: ['head office'],
          body: questionSchema,
          response: { 200: z.object({ erased: z.boolean(), records: z.int() }), '4xx': problemSchema },
        },
      },
      async (request) => {
        const people = await findAsked(context, request.body);
        let records = 0;
        for (const person of people) records += await eraseSubject(context, person, request.principal);
        if (people.length === 0) {
          await recordActions(context.db, request.principal, aboutThem('subject.erased', people), context.clock());
        }
        request.log.warn({ people: people.length, records }, 'erased');
        return { erased: people.length > 0, records };
      },
    );
  };
}
