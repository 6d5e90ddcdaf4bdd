import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Problem } from '../../../shared/contracts/wire.ts';
import { isBearerRefusal, isRefusalCode, type RefusalCode, refusals } from '../../../shared/error-catalogue.ts';
import { CodedError } from '../../../shared/errors.ts';
import { databaseUnavailable } from '../database/connection.ts';
import { withoutMessage } from '../logging/without-message.ts';
import { clientNetwork } from './client-address.ts';
import { RefusalLimit } from './refusal-limit.ts';

/** Every refusal has one form (problemSchema) and leaves through here. */
export function answerProblem(reply: FastifyReply, { code, details }: Refusal, now: Date): FastifyReply {
  const { status, title } = refusals[code];
  if (status === 503) reply.header('retry-after', '5');
  if (details.retryAfterSeconds !== undefined) reply.header('retry-after', String(details.retryAfterSeconds));
  if (status === 401) reply.header('www-authenticate', isBearerRefusal(code) ? 'Bearer' : 'Signature');
  const problem: Problem = { type: `/problems/${code}`, title, status, code, details, serverTime: now.toISOString() };
  return reply.code(status).type('application/problem+json').serializer(JSON.stringify).send(problem);
}

/**
 * Answers whatever goes wrong in `app`; what went wrong inside is said to the log only. Wrong tokens are slowed down here, behind every
 * check of one: a right token never meets a limit, whoever else shares its address.
 */
export function handleProblems(app: FastifyInstance, clock: () => Date, wrongTokensPerMinute: number): void {
  const wrongTokens = new RefusalLimit(wrongTokensPerMinute);
  app.setErrorHandler((error: FastifyError, request: FastifyRequest, reply) => {
    const found = toRefusal(error);
    const refusal = isBearerRefusal(found.code) ? slowDown(found, wrongTokens, clientNetwork(request)) : found;
    if (['internal', 'not_ready', 'keys_outdated'].includes(refusal.code)) {
      request.log.error({ ...refusal, error: withoutMessage(error) });
    }
    return answerProblem(reply, refusal, clock());
  });
  app.setNotFoundHandler((_, reply) => answerProblem(reply, refuse('not_found'), clock()));
}

function slowDown(refusal: Refusal, limit: RefusalLimit, key: string): Refusal {
  const retryAfterSeconds = limit.secondsToWait(key);
  if (retryAfterSeconds > 0) return refuse('too_many_requests', { retryAfterSeconds });
  limit.count(key);
  return refusal;
}

export interface Refusal {
  code: RefusalCode;
  details: Problem['details'];
}

export const refuse = (code: Refusal['code'], details: Problem['details'] = {}): Refusal => ({ code, details });

function toRefusal(error: FastifyError): Refusal {
  if (error instanceof CodedError) {
    return isRefusalCode(error.code) ? refuse(error.code, error.details) : refuse('internal');
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [first] = error.validation;
    return refuse('request_malformed', {
      at: first?.instancePath ?? '',
      problems: error.validation.length,
      // Never the name of an unknown field: somebody may have put a number there.
      words:
        first === undefined || first.keyword === 'unrecognized_keys'
          ? 'a field that does not belong'
          : (first.message ?? ''),
    });
  }
  if (databaseUnavailable(error)) return refuse('not_ready');
  switch (error.statusCode) {
    case 413:
      return refuse('body_too_large');
    case 429:
      return refuse('too_many_requests');
    case 404:
      return refuse('not_found');
    default:
      return error.statusCode !== undefined && error.statusCode < 500
        ? refuse('request_malformed')
        : refuse('internal');
  }
}
