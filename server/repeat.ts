import type { Logger } from 'pino';
import { withoutMessage } from './problems.ts';

/**
 * Does a job again and again, never twice at once; a failure is logged and the next turn tries again.
 * @returns stops it, after the turn under way.
 */
export function repeat(job: () => Promise<unknown>, milliseconds: number, logger: Logger): () => Promise<void> {
  let turn: Promise<unknown> | null = null;
  const timer = setInterval(() => {
    turn ??= job()
      .catch((error: unknown) => logger.warn({ error: withoutMessage(error) }, 'job failed'))
      .finally(() => {
        turn = null;
      });
  }, milliseconds);
  return async () => {
    clearInterval(timer);
    await turn;
  };
}
