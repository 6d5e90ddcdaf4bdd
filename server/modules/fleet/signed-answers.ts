import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AnswerTo, signAnswer } from '../../../protocol/answer-signature.ts';
import type { PlatformContext } from '../../platform/context.ts';
import { clientOrigin } from '../../platform/http/client-address.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What is known of whoever sent it, for the signature of the answer. */
    answerTo: AnswerTo;
  }
}

/** Signs every answer of the routes registered on `app` afterwards; to `unverified`, as long as nobody sets `answerTo`. */
export function signAnswers(app: FastifyInstance, key: ServerKeys['signing'], clock: PlatformContext['clock']): void {
  app.decorateRequest('answerTo', 'unverified');
  app.addHook('onSend', async (request, reply, payload) => {
    await signLeaving(request, reply, payload, key, clock());
  });
}

export const headersOf = (request: FastifyRequest) => request.headers as Record<string, string | string[]>;
export const headOf = (request: FastifyRequest) => ({
  method: request.method,
  url: clientOrigin(request) + request.url,
  headers: headersOf(request),
});

/** Signs what leaves: a kiosk believes nothing else. Whoever sent no signature gets none, because an answer belongs to one request. */
async function signLeaving(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  key: ServerKeys['signing'],
  now: Date,
): Promise<void> {
  if (request.headers.signature === undefined || request.headers['signature-input'] === undefined) return;
  const body = typeof payload === 'string' || payload instanceof Uint8Array ? payload : '';
  const headers = reply.getHeaders() as Record<string, string | string[]>;
  const answer = { status: reply.statusCode, headers, body };
  const signature = signAnswer(answer, headOf(request), request.answerTo, key, now).catch((error: unknown) => {
    // No kiosk sends such a head (a host that is none, a signature in no known form), and nobody waits for its answer.
    if (request.answerTo === 'unverified') return {};
    throw error;
  });
  reply.headers(await signature);
}
