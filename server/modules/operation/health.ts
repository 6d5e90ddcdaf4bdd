import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { sql } from 'kysely';
import { z } from 'zod';
import { problemSchema } from '../../../shared/contracts/wire.ts';
import { CodedError } from '../../../shared/errors.ts';
import { instantSchema } from '../../../shared/primitives.ts';
import type { PlatformContext } from '../../platform/context.ts';

/** The backlog is counted up to here, so that asking stays cheap. */
const countedBacklog = 10_000;

const healthSchema = z.object({
  status: z.literal('ok'),
  serverTime: instantSchema,
  opening: z.object({
    /** Stored and countersigned, not yet opened; at most 10,000. */
    waiting: z.int(),
    /** How long the oldest has been waiting, in seconds. */
    oldestSeconds: z.number(),
  }),
  /** Work that failed for good and waits for head office (GET /v1/failed-jobs). */
  failedJobs: z.int(),
  /**
   * Of stops and erasures, beside the database. `failing`: it cannot be written, and is tried again; `missing`: not the one that the
   * database knows; `damaged`: lines of it cannot be read (docs/operations.md).
   */
  journal: z.enum(['ok', 'failing', 'missing', 'damaged']),
});

/**
 * For load balancers: 200 when the database answers and can be written and its keys are here, 503 otherwise. Anybody may ask as often as they like,
 * so what is answered is a second old at most, and that is also how often it is looked up.
 */
export function healthRoutes({ db, keys, clock, jobs, journal, limits }: PlatformContext): FastifyPluginAsyncZod {
  let last: { at: number; measured: Promise<Measured> } | undefined;
  const lately = (): Promise<Measured> => {
    const at = performance.now();
    if (last === undefined || at - last.at >= limits.healthMilliseconds)
      last = { at, measured: measure({ db, keys, jobs }) };
    return last.measured;
  };
  return async (app) => {
    app.get(
      '/health',
      {
        config: { access: 'public' },
        exposeHeadRoute: true,
        schema: {
          summary: 'Whether this server can work',
          tags: ['operation'],
          response: { 200: healthSchema, 503: problemSchema },
        },
      },
      async () => {
        const { waiting, oldest, failedJobs } = await lately();
        const now = clock();
        const oldestSeconds = oldest === null ? 0 : Math.max(0, (now.getTime() - oldest.getTime()) / 1000);
        return {
          status: 'ok' as const,
          serverTime: now.toISOString(),
          opening: { waiting, oldestSeconds },
          failedJobs,
          journal: journal.state,
        };
      },
    );
  };
}

interface Measured {
  waiting: number;
  /** When the oldest that waits arrived. */
  oldest: Date | null;
  failedJobs: number;
}

/** @throws CodedError not_ready | keys_outdated */
async function measure({ db, keys, jobs }: Pick<PlatformContext, 'db' | 'keys' | 'jobs'>): Promise<Measured> {
  const { rows } = await sql<{ waiting: number; oldest: Date | null; readOnly: string }>`
    select count(*) as waiting, min(received_at) as oldest, current_setting('transaction_read_only') as "readOnly" from (
      select received_at from unopened_records where parked_code is null
      order by batch_id limit ${countedBacklog}
    ) as backlog`.execute(db);
  // A standby, or a primary that is being changed over: whatever a kiosk sends would be refused.
  if (rows[0]?.readOnly === 'on') throw new CodedError('not_ready', { reason: 'database_read_only' });
  await keys.master.inUse(db);
  return { waiting: rows[0]?.waiting ?? 0, oldest: rows[0]?.oldest ?? null, failedJobs: await jobs.countFailed() };
}
