import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CodedError } from '../../../shared/errors.ts';
import type { PlatformContext } from '../context.ts';
import { integrationOf, isApiKeySecret } from './api-keys.ts';
import { administrator, type Principal } from './principals.ts';

/** Every route registered on `app` afterwards needs `Authorization: Bearer …` with the administrator's token or an API key. */
export function authenticateHeadOffice(app: FastifyInstance, context: PlatformContext): void {
  app.addHook('onRequest', async (request) => {
    request.principal = await authenticate(request, context);
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
