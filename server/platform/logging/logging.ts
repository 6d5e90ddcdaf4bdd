import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type DestinationStream, type Logger, pino } from 'pino';
import { withoutMessage } from './without-message.ts';

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
  if (destination !== null && typeof destination !== 'string') return pino(options, destination);
  const stream = pino.destination({ dest: destination === null ? 1 : openLogFile(destination), maxLength: 1_048_576 });
  // A full disk takes lines from the log, and not the server from its kiosks.
  stream.on('error', () => undefined);
  return pino(options, stream);
}

/** Opened at once, so that a log that cannot be written is said before anything else has begun. @throws a system error */
function openLogFile(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, 'a', 0o600);
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
