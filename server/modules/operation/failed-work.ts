import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { sql } from 'kysely';
import { z } from 'zod';
import { problemSchema } from '../../../shared/contracts/wire.ts';
import { idSchema, instantSchema } from '../../../shared/primitives.ts';
import { recordActions } from '../../platform/audit-trail/record-action.ts';
import type { OpeningContext } from '../opening/opening-worker.ts';

/** Work whose attempts are used up. It stays until somebody puts it back. */
const failedJobSchema = z.object({
  id: idSchema,
  queue: z.string(),
  createdAt: instantSchema,
  failedAt: instantSchema,
  attempts: z.int(),
  /** Name and code of the last error; never its message, which may hold a person's data. */
  failure: z.object({ error: z.string(), code: z.string() }),
});

/** Records that are here and cannot be read, by why, and by which version of this program found so. */
const parkedSchema = z.object({ code: z.string(), version: z.string().nullable(), records: z.int() });

const tags = ['head office'];

/** What waits for head office: jobs that failed for good, and records that cannot be read. */
export function failedWorkRoutes({ db, clock, jobs, openingWorker }: OpeningContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/failed-jobs',
      {
        config: { access: 'work:read' },
        schema: {
          summary: 'Work that failed for good, newest first',
          tags,
          response: { 200: z.object({ jobs: z.array(failedJobSchema) }), '4xx': problemSchema },
        },
      },
      async () => {
        const failed = await jobs.failed();
        failed.sort((a, b) => b.failedAt.getTime() - a.failedAt.getTime());
        return {
          jobs: failed.map((job) => ({
            ...job,
            createdAt: job.createdAt.toISOString(),
            failedAt: job.failedAt.toISOString(),
          })),
        };
      },
    );

    app.post(
      '/v1/failed-jobs/retries',
      {
        config: { access: 'work:write' },
        schema: {
          summary: 'Put failed work back, with all its attempts; without ids, all of it',
          tags,
          body: z.strictObject({ ids: z.array(idSchema).min(1).max(1_000).optional() }),
          response: { 200: z.object({ putBack: z.int() }), '4xx': problemSchema },
        },
      },
      async ({ principal, body: { ids } }) => {
        await recordActions(db, principal, [{ action: 'failed_jobs.retried', about: null }], clock());
        return { putBack: await jobs.putBack(ids) };
      },
    );

    app.get(
      '/v1/parked-records',
      {
        config: { access: 'work:read' },
        schema: {
          summary: 'Records that this server cannot read, counted by why',
          tags,
          response: { 200: z.object({ parked: z.array(parkedSchema) }), '4xx': problemSchema },
        },
      },
      async () => ({
        parked: await db
          .selectFrom('unopened_records')
          .select(['parked_code as code', 'parked_by as version', sql<number>`count(*)`.as('records')])
          .where('parked_code', 'is not', null)
          .groupBy(['parked_code', 'parked_by'])
          .orderBy('records', 'desc')
          .$narrowType<{ code: string }>()
          .execute(),
      }),
    );

    app.post(
      '/v1/parked-records/retries',
      {
        config: { access: 'work:write' },
        schema: {
          summary: 'Try parked records again, all or those of one code, such as after a key was put back',
          tags,
          body: z.strictObject({ code: z.string().max(100).optional() }),
          response: { 200: z.object({ putBack: z.int() }), '4xx': problemSchema },
        },
      },
      async ({ principal, body: { code } }) => {
        await recordActions(db, principal, [{ action: 'parked_records.retried', about: null }], clock());
        return { putBack: await openingWorker.retryParked(code === undefined ? {} : { code }) };
      },
    );
  };
}
