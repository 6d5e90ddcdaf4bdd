import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { CodedError } from '../../../shared/errors.ts';
import { isLoopback } from '../../../shared/loopback.ts';
import { hasAdminToken } from '../../platform/auth/admin-requests.ts';
import type { PlatformContext } from '../../platform/context.ts';
import { sendPage } from '../../platform/views/page.ts';
import type { Outbox } from './outbox.ts';
import { outboxPage } from './outbox-page.ts';

/** The page of the outbox: for a browser on this machine, or with head office's token. */
export function outboxRoutes(context: PlatformContext, outbox: Outbox, behindProxy: boolean): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/outbox', { schema: { hide: true } }, async (request, reply) => {
      // Behind a proxy every request seems to come from this machine.
      const isLocal = !behindProxy && isFromThisMachine(request);
      if (!isLocal && !hasAdminToken(request, context.adminToken)) throw new CodedError('admin_token_wrong');
      return sendPage(reply, outboxPage(outbox.messages, context.publicUrl));
    });
  };
}

/** The host name is checked as well, because any page can let a name of its own point to 127.0.0.1 (DNS rebinding). */
const isFromThisMachine = (request: FastifyRequest): boolean =>
  isLoopback(request.ip.replace(/^::ffff:/, '')) && isLoopback(request.hostname);
