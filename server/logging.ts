import type { FastifyInstance } from 'fastify';
import { type DestinationStream, type Logger, pino } from 'pino';
import { withoutMessage } from './problems.ts';

/**
 * Logs carry ids, codes and counts. The serializers leave out what Fastify and pino would add by themselves: URLs with
 * their query, header values, messages of foreign errors.
 * @param destination a file, a stream, or null for standard output.
 */
export function createLogger(level: string, destination: DestinationStream | string | null): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    serializers: {
      req: () => undefined,
      res: () => undefined,
      err: withoutMessage,
    },
  };
  if (destination === null) return pino(options);
  if (typeof destination !== 'string') return pino(options, destination);
  return pino(options, pino.destination({ dest: destination, mkdir: true, mode: 0o600 }));
}

/** One line per answered request, named by the route's pattern and not by what the client wrote. */
export function logAnswers(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
      ...(request.signer ? { kioskId: request.signer.kiosk.id } : {}),
    });
  });
}
