import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { z } from 'zod';
import { genesisHash } from '../../../protocol/chain.ts';
import { checkBody, verifyRequest } from '../../../protocol/request-signature.ts';
import { importPublicKey } from '../../../protocol/signing.ts';
import { problemSchema, type Readoption, readoptionSchema } from '../../../shared/contracts/wire.ts';
import { CodedError } from '../../../shared/errors.ts';
import { parseJson } from '../../../shared/json.ts';
import { recordAction } from '../../platform/audit-trail/record-action.ts';
import { kioskPrincipal } from '../../platform/auth/principals.ts';
import { readEpoch } from '../../platform/database/installation.ts';
import { nextServerSequence } from '../../platform/database/server-sequence.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';
import type { ConfigurationContext } from '../configuration/signed.ts';
import { countersignStatements, isOurs, keepNamed } from '../countersigning/countersigning.ts';
import { keepKioskEvent, newestKioskEvent } from '../fleet/kiosk-events.ts';
import { headersOf, headOf, signAnswers } from '../fleet/signed-answers.ts';
import { raiseAlarms } from '../integrity/alarm-repository.ts';

/** For kiosks that a restored database does not know. They sign as all do; the key is checked by what this server signed at enrolment. */
export function readoptionRoutes(context: ConfigurationContext): FastifyPluginAsyncZod {
  const { keys, clock, configurations, limits } = context;
  return async (app) => {
    signAnswers(app, keys.signing, clock);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    // Its signature can be checked only with the key that the body names, and covers the bytes as they came.
    app.addHook('preValidation', async (request) => {
      const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
      checkBody({ headers: headersOf(request), body });
      const readoption = readoptionSchema.safeParse(parseJson(new TextDecoder().decode(body)));
      if (!readoption.success) throw new CodedError('request_malformed', { at: 'body' });
      const key = importPublicKey(readoption.data.devicePublicKey);
      const { kioskId } = await verifyRequest(headOf(request), async () => key, clock());
      if (!wasEnrolledHere(readoption.data, kioskId, keys.signing)) throw new CodedError('kiosk_unknown');
      request.body = readoption.data;
    });
    app.post(
      '/v1/readoptions',
      {
        config: { access: 'public', rateLimit: { max: limits.enrolmentsPerMinute, timeWindow: 60_000 } },
        bodyLimit: 8192,
        schema: {
          summary: 'Ask a restored server that lost this kiosk to take it back; head office confirms',
          tags: ['kiosk'],
          body: readoptionSchema,
          response: { 200: z.strictObject({}), '4xx': problemSchema },
        },
      },
      async (request) => {
        configurations.forStore(request.body.storeId);
        await readopt(context, request.body, request.log as Logger);
        return {};
      },
    );
  };
}

/** The genesis hash stands for id and device key together (docs/record-format.md section 5): nobody shows it for another kiosk or key. */
const wasEnrolledHere = ({ devicePublicKey, enrolment }: Readoption, kioskId: string, key: ServerKeys['signing']) =>
  isOurs(enrolment, key, kioskId) && enrolment.chainHash === genesisHash(kioskId, devicePublicKey);

/**
 * Puts the kiosk down as revoked, because a revocation may be among what was lost, and its store is only what it says: head office
 * looks, and reinstates it. The same once and twice, so nobody has to spend the nonce.
 */
async function readopt(
  { db, keys, clock, recovery }: ConfigurationContext,
  { devicePublicKey, applicationVersion, storeId, enrolment, countersignature }: Readoption,
  log: Logger,
): Promise<void> {
  const kioskId = enrolment.kioskId;
  const key = keys.signing;
  const now = clock();
  const known = await db.selectFrom('kiosks').select('id').where('id', '=', kioskId).executeTakeFirst();
  if (known !== undefined) return;
  const latest = countersignature !== null && isOurs(countersignature, key, kioskId) ? countersignature : enrolment;
  const epoch = await readEpoch(db);
  // Whatever was signed in this epoch for a kiosk that is not here was lost in it, so the database was restored.
  const lost = [enrolment, latest].filter((each) => each.epoch === epoch).map((each) => each.serverSequence);
  if (lost.length > 0) await recovery.begin(epoch, Math.max(...lost));
  await inTransaction(db, async (transaction) => {
    const kiosk = {
      id: kioskId,
      store_id: storeId,
      device_public_key: devicePublicKey,
      application_version: applicationVersion,
      enrolled_at: new Date(enrolment.serverTime),
      revoked_at: now,
    };
    const { numInsertedOrUpdatedRows } = await transaction
      .insertInto('kiosks')
      .values(kiosk)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 0n) return;
    const serverSequence = await nextServerSequence(transaction);
    const { chainHash } = enrolment;
    const start = { kioskId, sequence: 0, chainHash, serverSequence, serverTime: now, isNew: true };
    const epochNow = await readEpoch(transaction);
    await countersignStatements(transaction, key, epochNow, [start]);
    // The first record names it.
    await keepNamed(transaction, key, kioskId, epochNow, [enrolment]);
    const before = await newestKioskEvent(transaction, kioskId);
    const told = before?.kind === 'revoked' ? `, revoked ${before.happened_at.toISOString()}` : '';
    await keepKioskEvent(transaction, { kioskId, kind: 'readopted', serverSequence, happenedAt: now });
    const alarm = { code: 'kiosk_readopted', about: `store ${storeId}${told}`, sequence: latest.sequence };
    await raiseAlarms(transaction, kioskId, [alarm], now);
    const about = { kind: 'kiosk', id: kioskId } as const;
    await recordAction(transaction, kioskPrincipal(kioskId), { action: 'kiosk.readopted', about }, now);
  });
  log.warn({ kioskId, storeId }, 'kiosk of before a restore is known again, revoked until head office reinstates it');
}
