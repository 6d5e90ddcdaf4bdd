import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { countersign } from '../../../protocol/countersignature.ts';
import {
  type Countersignature,
  type Heartbeat,
  heartbeatAnswerSchema,
  heartbeatSchema,
  problemSchema,
} from '../../../shared/contracts/wire.ts';
import type { Database } from '../../platform/database/connection.ts';
import { readEpoch } from '../../platform/database/installation.ts';
import { lastServerSequence, wasGiven } from '../../platform/database/server-sequence.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';
import type { ConfigurationContext } from '../configuration/signed.ts';
import { isOurs } from '../countersigning/countersigning.ts';
import { signerOf } from '../fleet/kiosk-authentication.ts';

/** The poll of a kiosk with nothing to send. */
export function heartbeatRoutes(context: ConfigurationContext): FastifyPluginAsyncZod {
  const { db, keys, clock, configurations } = context;
  return async (app) => {
    app.post(
      '/v1/heartbeats',
      {
        config: { access: 'configuration:read', isPoll: true },
        bodyLimit: 4096,
        schema: {
          summary: 'Ask for a fresh countersignature and the configuration in force',
          tags: ['kiosk'],
          body: heartbeatSchema,
          response: { 200: heartbeatAnswerSchema, '4xx': problemSchema },
        },
      },
      async (request) => {
        const { kiosk } = signerOf(request);
        await noticeRestore(context, kiosk.id, request.body, request.log as Logger);
        await context.recovery.caughtUp();
        return {
          countersignature: await countersignAnew(db, keys.signing, kiosk.id, clock()),
          configuration: (await configurations.issuedTo(kiosk.store_id, db)).hash,
        };
      },
    );
  };
}

/**
 * A countersignature that this database never gave, although our key signed it, was given before the database was restored from a
 * backup: a new epoch begins, and every kiosk sends what it still has.
 */
async function noticeRestore(
  { db, keys, recovery }: ConfigurationContext,
  kioskId: string,
  { countersignature }: Heartbeat,
  log: Logger,
): Promise<void> {
  if (countersignature === null || !isOurs(countersignature, keys.signing, kioskId)) return;
  const epoch = await readEpoch(db);
  if (countersignature.epoch !== epoch || (await wasGiven(db, countersignature.serverSequence))) return;
  log.warn(
    { kioskId },
    'the database was restored from a backup: a new epoch begins, and kiosks send again what they have',
  );
  await recovery.begin(epoch, countersignature.serverSequence);
}

/**
 * Of what the newest stored one is about, with the counter and the time of now. It is not stored: the kiosk sends it along when a
 * record names it.
 */
async function countersignAnew(
  db: Database,
  key: ServerKeys['signing'],
  kioskId: string,
  now: Date,
): Promise<Countersignature> {
  // First: nothing that is accepted after it may count as known.
  const serverSequence = await lastServerSequence(db);
  const { sequence, chain_hash: chainHash } = await db
    .selectFrom('countersignatures')
    .select(['sequence', 'chain_hash'])
    .where('kiosk_id', '=', kioskId)
    // What was given before a restore may be about a record that went with it.
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb('sequence', '=', 0),
        exists(
          selectFrom('records')
            .whereRef('records.kiosk_id', '=', 'countersignatures.kiosk_id')
            .whereRef('records.sequence', '=', 'countersignatures.sequence')
            .whereRef('records.chain_hash', '=', 'countersignatures.chain_hash')
            .select('records.sequence'),
        ),
      ]),
    )
    .orderBy('server_sequence', 'desc')
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  const epoch = await readEpoch(db);
  const place = { version: 1 as const, kioskId, sequence, chainHash, serverSequence };
  return countersign({ ...place, serverTime: now.toISOString(), epoch, signingKeyId: key.id }, key.privateKey);
}
