import { createHmac } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { CodedError } from '../../../shared/errors.ts';
import { hasAdminToken, isSameSecret } from '../../platform/auth/admin-requests.ts';
import type { PlatformContext } from '../../platform/context.ts';
import { sendPage } from '../../platform/views/page.ts';
import type { Outbox } from './outbox.ts';
import { outboxPage } from './outbox-page.ts';

/**
 * The page of the outbox, for whoever has its whole address, which is said at start, or head office's token. Where a request seems to come from
 * says nothing: behind a proxy all of them come from this machine, and their Host is what the proxy makes of it.
 */
export function outboxRoutes(context: PlatformContext, outbox: Outbox): FastifyPluginAsyncZod {
  const expected = outboxKey(context.adminToken);
  return async (app) => {
    const querystring = z.object({ key: z.string().max(100).optional() });
    app.get('/outbox', { schema: { hide: true, querystring } }, async (request, reply) => {
      const { key } = request.query;
      const mayRead = (key !== undefined && isSameSecret(key, expected)) || hasAdminToken(request, context.adminToken);
      if (!mayRead) throw new CodedError('admin_token_wrong');
      return sendPage(reply, outboxPage(outbox.messages, context.publicUrl));
    });
  };
}

/** Path and query of the page. @param adminToken of the same server; nobody gets from the address back to it. */
export const outboxPath = (adminToken: string): string => `/outbox?key=${outboxKey(adminToken)}`;

const outboxKey = (adminToken: string): string =>
  createHmac('sha256', adminToken).update('countersign/outbox/1').digest('base64url').slice(0, 22);
