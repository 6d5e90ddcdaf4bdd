import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemSchema } from '../../../shared/contracts/wire.ts';
import { isRefusalCode, refusals } from '../../../shared/error-catalogue.ts';
import { CodedError } from '../../../shared/errors.ts';

/** What the `type` of a problem document leads to (RFC 9457 section 3.1.1). */
export const problemRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/problems/:code',
    {
      config: { access: 'public' },
      schema: {
        summary: 'What a refusal means',
        tags: ['operation'],
        params: z.object({ code: z.string().max(60) }),
        response: { 200: z.object({ code: z.string(), status: z.int(), title: z.string() }), '4xx': problemSchema },
      },
    },
    async ({ params: { code } }) => {
      if (!isRefusalCode(code)) throw new CodedError('not_found');
      return { code, ...refusals[code] };
    },
  );
};
