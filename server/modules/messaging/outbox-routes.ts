import { createHmac } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { CodedError } from '../../../shared/errors.ts';
import { hasAdminToken, isSameSecret } from '../../platform/auth/head-office.ts';
import { administrator } from '../../platform/auth/principals.ts';
import type { PlatformContext } from '../../platform/context.ts';
import { sendPage } from '../../platform/views/page.ts';
import type { Outbox } from './outbox.ts';
import { outboxPage } from './outbox-page.ts';

const keySchema = z.object({ key: z.string() });

/**
 * The page of the outbox, for whoever has its whole address, which is said at start, or head office's token. Where a request seems to come from
 * says nothing: behind a proxy all of them come from this machine, and their Host is what the proxy makes of it.
 */
export function outboxRoutes(context: PlatformContext, outbox: Outbox): FastifyPluginAsyncZod {
  const expected = outboxKey(context.adminToken);
  return async (app) => {
    app.addHook('onRequest', async (request) => {
      const { data: key } = keySchema.safeParse(request.query);
      const mayRead =
        (key !== undefined && isSameSecret(key.key, expected)) || hasAdminToken(request, context.adminToken);
      if (!mayRead) throw new CodedError('admin_token_wrong');
      request.principal = administrator;
    });
    app.get('/outbox', { config: { access: 'outbox:read' }, schema: { hide: true } }, async (_request, reply) =>
      sendPage(reply, outboxPage(outbox.messages, context.publicUrl)),
    );
  };
}

/** Path and query of the page. @param adminToken of the same server; nobody gets from the address back to it. */
export const outboxPath = (adminToken: string): string => `/outbox?key=${outboxKey(adminToken)}`;

const outboxKey = (adminToken: string): string =>
  createHmac('sha256', adminToken).update('countersign/outbox/1').digest('base64url').slice(0, 22);
