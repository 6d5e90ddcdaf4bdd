import type { FastifyReply } from 'fastify';

/**
 * Calls back once a request is answered or broken off. It may have been broken off while something else was waited for: what is counted
 * until "close" would then be counted for ever.
 */
export function whenOver({ raw }: FastifyReply, callback: () => void): void {
  if (raw.closed) callback();
  else raw.once('close', callback);
}
