import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemSchema } from '../../../shared/contracts/wire.ts';
import { idSchema, instantSchema } from '../../../shared/primitives.ts';
import { recordAction } from '../../platform/audit-trail/record-action.ts';
import type { PlatformContext } from '../../platform/context.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import { type Alarm, type AlarmPlace, closeByHand, countAlarms, listAlarms } from './alarm-list.ts';

const codeSchema = z.string().regex(/^[a-z_]{1,60}$/);

/**
 * `code`: `sequence_missing` (numbers that never came), `fork`, `link_broken`, `countersignature_unknown`, `countersignature_later`,
 * `store_mismatch` (records name a store that their kiosk is not of), `revoked_kiosk_in_use` (it was switched off and still asks),
 * `kiosk_readopted` (unknown after a restore: it waits to be reinstated), a rejection code or a damage code of the wire, or why
 * records are parked. A gap that is filled, a link that is mended, a kiosk that is reinstated and records that can be read after
 * all close theirs.
 */
const alarmSchema = z.object({
  kioskId: idSchema,
  code: z.string(),
  /** How much is wrong: records, missing numbers, countersignatures, stores. In a flood, what is found again is counted again. */
  count: z.int(),
  firstSequence: z.int(),
  lastSequence: z.int(),
  firstSeenAt: instantSchema,
  lastSeenAt: instantSchema,
  /** The last time that it went from closed to open. */
  openedAt: instantSchema,
  /** Chain hashes of records, names of countersignatures, or words; at most 20. */
  examples: z.array(z.string()),
  closedAt: instantSchema.nullable(),
  /** Of whoever closed it; null while it is open, and when it was over by itself. */
  note: z.string().nullable(),
});

const querySchema = z.object({
  state: z.enum(['open', 'closed']).default('open'),
  code: codeSchema.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  /** `next` of the page before. */
  after: z
    .string()
    .max(200)
    .transform((text) => text.split(' '))
    .pipe(z.tuple([instantSchema, idSchema, codeSchema]))
    .transform(([at, kioskId, code]): AlarmPlace => ({ openedAt: new Date(at), kioskId, code }))
    .optional(),
});

const pageSchema = z.object({
  /** Every kind that is open now, whatever the page shows. */
  kinds: z.array(z.object({ code: z.string(), kiosks: z.int(), count: z.int() })),
  alarms: z.array(alarmSchema),
  /** For `after`; null on the last page. */
  next: z.string().nullable(),
});

const toAnswer = ({ firstSeenAt, lastSeenAt, openedAt, closedAt, ...rest }: Alarm): z.input<typeof alarmSchema> => ({
  ...rest,
  firstSeenAt: firstSeenAt.toISOString(),
  lastSeenAt: lastSeenAt.toISOString(),
  openedAt: openedAt.toISOString(),
  closedAt: closedAt?.toISOString() ?? null,
});

const placeOf = ({ openedAt, kioskId, code }: AlarmPlace): string => `${openedAt.toISOString()} ${kioskId} ${code}`;

const tags = ['head office'];

export function alarmRoutes({ db, clock }: PlatformContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/alarms',
      {
        config: { access: 'alarms:read' },
        schema: {
          summary: 'What needs a look: one line for each kiosk and kind, newest first, in pages',
          tags,
          querystring: querySchema,
          response: { 200: pageSchema, '4xx': problemSchema },
        },
      },
      async ({ query: { state, code, limit, after } }) => {
        const now = clock();
        const alarms = await listAlarms(db, { open: state === 'open', code, after, limit: limit + 1 }, now);
        const last = alarms.length > limit ? alarms[limit - 1] : undefined;
        return {
          kinds: await countAlarms(db, now),
          alarms: alarms.slice(0, limit).map(toAnswer),
          next: last === undefined ? null : placeOf(last),
        };
      },
    );

    app.post(
      '/v1/kiosks/:id/alarms/:code/closing',
      {
        config: { access: 'alarms:write' },
        schema: {
          summary: 'Close an alarm that was looked at; whatever new comes opens it again',
          tags,
          params: z.object({ id: idSchema, code: codeSchema }),
          body: z.strictObject({
            note: z
              .string()
              .trim()
              .min(1)
              .max(500)
              .regex(/^\P{Cc}*$/u),
          }),
          response: {
            200: z.object({ kioskId: idSchema, code: z.string(), closedAt: instantSchema }),
            '4xx': problemSchema,
          },
        },
      },
      async (request) => {
        const { id: kioskId, code } = request.params;
        const now = clock();
        await inTransaction(db, async (transaction) => {
          await closeByHand(transaction, kioskId, code, request.body.note, now);
          const about = { kind: 'kiosk', id: kioskId } as const;
          await recordAction(transaction, request.principal, { action: 'alarm.closed', about }, now);
        });
        request.log.info({ kioskId, alarm: code }, 'alarm closed');
        return { kioskId, code, closedAt: now.toISOString() };
      },
    );
  };
}
