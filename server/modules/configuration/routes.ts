import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { signedConfigurationSchema } from '../../../shared/configuration.ts';
import { problemSchema } from '../../../shared/contracts/wire.ts';
import { signerOf } from '../fleet/kiosk-authentication.ts';
import type { ConfigurationContext } from './signed.ts';

export function configurationRoutes({ configurations, db }: ConfigurationContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/configuration',
      {
        config: { access: 'configuration:read', isPoll: true },
        schema: {
          summary: "The signed configuration of the kiosk's store",
          tags: ['kiosk'],
          response: { 200: signedConfigurationSchema, 304: z.null(), '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        const { signed, hash } = await configurations.issuedTo(signerOf(request).kiosk.store_id, db);
        const etag = `"${hash}"`;
        reply.header('etag', etag).header('cache-control', 'private, no-cache');
        const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
        return known.includes(etag) ? reply.code(304).send(null) : reply.send(signed);
      },
    );
  };
}
