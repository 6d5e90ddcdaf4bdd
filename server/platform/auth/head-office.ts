import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isBearerRefusal } from '../../../shared/error-catalogue.ts';
import { CodedError } from '../../../shared/errors.ts';
import type { PlatformContext } from '../context.ts';
import { clientNetwork } from '../http/client-address.ts';
import { RefusalLimit } from '../http/refusal-limit.ts';
import { integrationOf, isApiKeySecret } from './api-keys.ts';
import { administrator, type Principal } from './principals.ts';

/**
 * Every route registered on `app` afterwards needs `Authorization: Bearer …` with the administrator's token or an API key. Whoever is wrong too often
 * is told to wait; whoever is right is not, whatever others behind the same address do.
 */
export function authenticateHeadOffice(app: FastifyInstance, context: PlatformContext): void {
  const limit = new RefusalLimit(context.limits.refusalsPerMinute);
  app.addHook('onRequest', async (request) => {
    request.principal = await authenticate(request, context).catch((error: unknown) => {
      if (!(error instanceof CodedError && isBearerRefusal(error.code))) throw error;
      const retryAfterSeconds = limit.secondsToWait(clientNetwork(request));
      if (retryAfterSeconds > 0) throw new CodedError('too_many_requests', { retryAfterSeconds });
      limit.count(clientNetwork(request));
      throw error;
    });
  });
}

async function authenticate(
  request: FastifyRequest,
  { db, adminToken, clock }: Pick<PlatformContext, 'db' | 'adminToken' | 'clock'>,
): Promise<Principal> {
  if (hasAdminToken(request, adminToken)) return administrator;
  const given = bearerOf(request);
  if (!isApiKeySecret(given)) throw new CodedError('admin_token_wrong');
  return await integrationOf(db, given, clock());
}

export const hasAdminToken = (request: FastifyRequest, token: string): boolean =>
  isSameSecret(bearerOf(request), token);

const bearerOf = (request: FastifyRequest): string =>
  /^Bearer ([!-~]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';

export const isSameSecret = (given: string, secret: string): boolean => timingSafeEqual(digest(given), digest(secret));

/** Equal lengths, so that the comparison takes the same time for every guess. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
