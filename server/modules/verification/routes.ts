import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  problemSchema,
  verificationAnswerSchema,
  verificationCheckSchema,
  verificationRequestSchema,
  verificationResultSchema,
} from '../../../shared/contracts/wire.ts';
import { idSchema } from '../../../shared/primitives.ts';
import { signerOf } from '../fleet/kiosk-authentication.ts';
import { checkCode } from './check-code.ts';
import type { VerificationContext } from './context.ts';
import { sendCode } from './send-code.ts';

const tags = ['kiosk'];

export function verificationRoutes(context: VerificationContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/verifications',
      {
        config: { access: 'numbers:verify' },
        schema: {
          summary: 'Text a code to the number of a delivered record; again for another code',
          tags,
          body: verificationRequestSchema,
          response: { 200: verificationAnswerSchema, '4xx': problemSchema, 503: problemSchema },
        },
      },
      async (request) => await sendCode(context, signerOf(request).kiosk.id, request.body.recordId),
    );

    app.post(
      '/v1/verifications/:id/checks',
      {
        config: { access: 'numbers:verify' },
        schema: {
          summary: 'Compare the code that the customer typed',
          tags,
          params: z.object({ id: idSchema }),
          body: verificationCheckSchema,
          response: { 200: verificationResultSchema, '4xx': problemSchema },
        },
      },
      async (request) => {
        const { db, keys, clock } = context;
        const { kiosk } = signerOf(request);
        return await checkCode(db, keys.master, kiosk.id, request.params.id, request.body.code, clock());
      },
    );
  };
}
