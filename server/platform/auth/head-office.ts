import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CodedError } from '../../../shared/errors.ts';
import { administrator } from './principals.ts';

/** Every route registered on `app` afterwards needs `Authorization: Bearer <token>`. */
export function authenticateHeadOffice(app: FastifyInstance, token: string): void {
  app.addHook('onRequest', async (request) => {
    if (!hasAdminToken(request, token)) throw new CodedError('admin_token_wrong');
    request.principal = administrator;
  });
}

export function hasAdminToken(request: FastifyRequest, token: string): boolean {
  const given = /^Bearer ([!-~]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  return isSameSecret(given, token);
}

export const isSameSecret = (given: string, secret: string): boolean => timingSafeEqual(digest(given), digest(secret));

/** Equal lengths, so that the comparison takes the same time for every guess. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
