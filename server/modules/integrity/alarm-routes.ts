import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemSchema } from '../../../shared/contracts/wire.ts';
import { idSchema, instantSchema } from '../../../shared/primitives.ts';
import type { PlatformContext } from '../../platform/context.ts';
import { isAlarmed } from './gaps.ts';

const mostAlarms = 1_000;

/**
 * `code`: `sequence_missing` (a gap, goes by itself when filled), `fork`, `link_broken`, `countersignature_unknown`,
 * `countersignature_later`, `store_mismatch` (a record names a store that its kiosk is not of),
 * `revoked_kiosk_in_use` (it was switched off and still asks), `kiosk_readopted` (unknown after a restore: it waits to be reinstated), a rejection code or a damage code of the wire, or why a record is
 * parked.
 */
const alarmSchema = z.object({
  kioskId: idSchema,
  code: z.string(),
  sequence: z.int(),
  /** Last missing number of a gap, otherwise the same as `sequence`. */
  lastSequence: z.int(),
  /** Chain hash of the record, name of the countersignature, or words, that it is about; null for a gap. */
  about: z.string().nullable(),
  raisedAt: instantSchema,
});

/** Newest first, at most 1,000. */
export function alarmRoutes({ db, clock }: PlatformContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/alarms',
      {
        config: { access: 'alarms:read' },
        schema: {
          summary: 'What needs a look, newest first',
          tags: ['head office'],
          response: { 200: z.object({ alarms: z.array(alarmSchema) }), '4xx': problemSchema },
        },
      },
      async () => {
        const raised = await db
          .selectFrom('alarms')
          .selectAll()
          .orderBy('raised_at', 'desc')
          .limit(mostAlarms)
          .execute();
        const gaps = await db
          .selectFrom('gaps')
          .innerJoin('kiosks', 'kiosks.id', 'gaps.kiosk_id')
          .selectAll('gaps')
          .where(isAlarmed(clock()))
          .orderBy('noticed_at', 'desc')
          .limit(mostAlarms)
          .execute();
        const alarms = [
          ...raised.map((row) => ({
            kioskId: row.kiosk_id,
            code: row.code,
            sequence: row.sequence,
            lastSequence: row.sequence,
            about: row.about,
            raisedAt: row.raised_at.toISOString(),
          })),
          ...gaps.map((row) => ({
            kioskId: row.kiosk_id,
            code: 'sequence_missing',
            sequence: row.first,
            lastSequence: row.last,
            about: null,
            raisedAt: row.noticed_at.toISOString(),
          })),
        ];
        alarms.sort((a, b) => b.raisedAt.localeCompare(a.raisedAt) || a.sequence - b.sequence);
        return { alarms: alarms.slice(0, mostAlarms) };
      },
    );
  };
}
