import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { sql } from 'kysely';
import { z } from 'zod';
import { problemSchema } from '../../../shared/contracts/wire.ts';
import { CodedError } from '../../../shared/errors.ts';
import { idSchema, instantSchema } from '../../../shared/primitives.ts';
import type { PlatformContext } from '../../platform/context.ts';
import { isAlarmed } from '../integrity/gaps.ts';
import { changeKiosk } from './kiosk-events.ts';

const kioskSchema = z.object({
  id: idSchema,
  storeId: z.string(),
  applicationVersion: z.string(),
  enrolledAt: instantSchema,
  revokedAt: instantSchema.nullable(),
  lastSeenAt: instantSchema.nullable(),
  /** Records that are here, forks included. */
  delivered: z.int(),
  highestSequence: z.int(),
  /** Sequence numbers below the highest that never came, and are alarmed. */
  missing: z.int(),
  /** Those that withdrawals were sent ahead of: still on the kiosk, as it announced. */
  announced: z.int(),
  /** Open ones, without what is missing. */
  alarms: z.int(),
});

const countMissing = sql<string>`sum(gaps.last - gaps.first + 1)`.as('n');

const tags = ['head office'];

export function kioskRoutes(context: PlatformContext): FastifyPluginAsyncZod {
  const { db, clock } = context;
  return async (app) => {
    const schema = { summary: 'All kiosks and how far each has delivered', tags };
    const response = { 200: z.object({ kiosks: z.array(kioskSchema) }), '4xx': problemSchema };
    app.get('/v1/kiosks', { config: { access: 'kiosks:read' }, schema: { ...schema, response } }, async () => {
      const now = clock();
      const rows = await db
        .selectFrom('kiosks')
        .selectAll()
        .select((of) => [
          of
            .selectFrom('alarms')
            .whereRef('alarms.kiosk_id', '=', 'kiosks.id')
            .where('alarms.closed_at', 'is', null)
            .select(({ fn }) => fn.countAll<number>().as('n'))
            .as('alarms'),
          of
            .selectFrom('gaps')
            .whereRef('gaps.kiosk_id', '=', 'kiosks.id')
            .where(isAlarmed(now))
            .select(countMissing)
            .as('missing'),
          of
            .selectFrom('gaps')
            .whereRef('gaps.kiosk_id', '=', 'kiosks.id')
            .where(sql<boolean>`not ${isAlarmed(now)}`)
            .select(countMissing)
            .as('announced'),
        ])
        .orderBy('store_id')
        .orderBy('enrolled_at')
        .execute();
      const kiosks = rows.map((row) => ({
        id: row.id,
        storeId: row.store_id,
        applicationVersion: row.application_version,
        enrolledAt: row.enrolled_at.toISOString(),
        revokedAt: row.revoked_at?.toISOString() ?? null,
        lastSeenAt: row.last_seen_at?.toISOString() ?? null,
        delivered: row.delivered,
        highestSequence: row.highest_sequence,
        missing: Number(row.missing ?? 0),
        announced: Number(row.announced ?? 0),
        alarms: row.alarms ?? 0,
      }));
      return { kiosks };
    });

    app.post(
      '/v1/kiosks/:id/revoke',
      {
        config: { access: 'kiosks:write' },
        schema: {
          summary: 'Refuse a lost or stolen kiosk from now on; what it sent stays',
          tags,
          params: z.object({ id: idSchema }),
          response: { 200: z.object({ id: idSchema, revokedAt: instantSchema }), '4xx': problemSchema },
        },
      },
      async (request) => {
        const { id } = request.params;
        const revokedAt = await changeKiosk(context, request.principal, id, 'revoked');
        if (revokedAt === null) throw new CodedError('not_found');
        request.log.warn({ kioskId: id }, 'kiosk revoked');
        return { id, revokedAt: revokedAt.toISOString() };
      },
    );

    app.post(
      '/v1/kiosks/:id/reinstatement',
      {
        config: { access: 'kiosks:write' },
        schema: {
          summary: 'Take back a kiosk, revoked by mistake or readopted: it goes on by itself, and sends what it holds',
          tags,
          params: z.object({ id: idSchema }),
          response: { 200: z.object({ id: idSchema, revokedAt: z.null() }), '4xx': problemSchema },
        },
      },
      async (request) => {
        const { id } = request.params;
        await changeKiosk(context, request.principal, id, 'reinstated');
        request.log.warn({ kioskId: id }, 'kiosk reinstated');
        return { id, revokedAt: null };
      },
    );
  };
}
