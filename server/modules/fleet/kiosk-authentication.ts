import type { KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { batchMediaType, unpackBatch } from '../../../protocol/batch.ts';
import { checkBody, verifyRequest } from '../../../protocol/request-signature.ts';
import { importPublicKey } from '../../../protocol/signing.ts';
import { CodedError } from '../../../shared/errors.ts';
import { idSchema } from '../../../shared/primitives.ts';
import { kioskPrincipal } from '../../platform/auth/principals.ts';
import type { PlatformContext } from '../../platform/context.ts';
import type { Database } from '../../platform/database/connection.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { Kiosk } from '../../platform/database/types.ts';
import { clientNetwork } from '../../platform/http/client-address.ts';
import { RefusalLimit } from '../../platform/http/refusal-limit.ts';
import { whenOver } from '../../platform/http/when-over.ts';
import { raiseAlarms } from '../integrity/alarm-repository.ts';
import { EnrolledKiosks } from './enrolled-kiosks.ts';
import { KioskLookup } from './kiosk-lookup.ts';
import { consumeNonce, type Signer } from './nonces.ts';
import { Sightings } from './sightings.ts';
import { headersOf, headOf, signAnswers } from './signed-answers.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who signed the request. Set on routes inside `authenticateKiosks` only. */
    signer: Signer | null;
  }
  interface FastifyContextConfig {
    /** The route itself spends the nonce, in the transaction of what it does. */
    consumesNonce?: true;
    /** It changes nothing and may be asked twice: no nonce is spent, which would cost a commit. */
    isPoll?: true;
  }
}

/** A kiosk has two batches under way, and perhaps a customer who waits for a code. */
const requestsAtOnce = 8;

/** What counts as refused. A wrong clock does not: it is told before anything is looked up, and the kiosk signs once more. */
const counted = ['request_unsigned', 'signature_invalid', 'kiosk_unknown', 'kiosk_revoked'];

/**
 * Every route registered on `app` afterwards is for kiosks: signed (RFC 9421), used once, and only then parsed: JSON, or CBOR for a
 * batch. Every answer is signed. Signature and limits stand in the head, so nobody without a key makes the server wait for a body, or keep one. Nobody has to
 * compress what is sealed, so nothing is decompressed either.
 */
export function authenticateKiosks(
  app: FastifyInstance,
  { db, keys, clock, limits: { refusalsPerMinute } }: PlatformContext,
): void {
  app.decorateRequest('signer', null);
  app.removeAllContentTypeParsers();
  const mediaTypes = ['application/json', batchMediaType];
  app.addContentTypeParser(mediaTypes, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const limits = limitRefusals(new EnrolledKiosks(db), refusalsPerMinute);
  const kiosks = new KioskLookup(db);
  const underWay = new Map<string, number>();
  const sightings = new Sightings(db);
  app.addHook('onClose', async () => await sightings.flush());
  app.addHook('onRequest', async (request, reply) => {
    await limits.check(request);
    const signer = await authenticate(request, db, kiosks, clock()).catch(async (error: unknown) => {
      await limits.refused(request, error);
      throw error;
    });
    request.signer = signer;
    request.principal = kioskPrincipal(signer.kiosk.id);
    countUnderWay(underWay, signer.kiosk.id, reply);
  });
  signAnswers(app, keys.signing, clock);
  app.addHook('preValidation', async (request) => {
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    checkBody({ headers: headersOf(request), body });
    // Not before: behind a head of the kiosk's anybody could have sent another body, to have it refused in the kiosk's name.
    request.answerTo = 'verified';
    const { isPoll, consumesNonce } = request.routeOptions.config;
    if (isPoll) sightings.note(signerOf(request).kiosk.id, clock());
    else if (!consumesNonce) await consumeNonce(db, signerOf(request), clock());
    if (body.length > 0) request.body = parse(body, request.headers);
  });
}

/** Until they are answered or broken off. @throws CodedError too_many_requests */
function countUnderWay(underWay: Map<string, number>, kioskId: string, reply: FastifyReply): void {
  const before = underWay.get(kioskId) ?? 0;
  if (before >= requestsAtOnce) throw new CodedError('too_many_requests', { retryAfterSeconds: 1 });
  underWay.set(kioskId, before + 1);
  whenOver(reply, () => {
    const left = (underWay.get(kioskId) ?? 1) - 1;
    if (left > 0) underWay.set(kioskId, left);
    else underWay.delete(kioskId);
  });
}

/**
 * Whoever is refused too often is not even looked up any more. Many shops may share one address with whoever attacks, so that holds only for
 * those who name no enrolled kiosk; whoever names one has its signature checked first, and a limit of its own for wrong ones.
 */
function limitRefusals(enrolled: EnrolledKiosks, perMinute: number) {
  const limit = new RefusalLimit(perMinute);
  const nameOf = async (request: FastifyRequest): Promise<{ key: string; isEnrolled: boolean }> => {
    const claimed = /;keyid="([0-9a-f-]{36})"/.exec(String(request.headers['signature-input'] ?? ''))?.[1] ?? '';
    const isEnrolled = claimed !== '' && (await enrolled.has(claimed));
    return { key: `${clientNetwork(request)} ${isEnrolled ? claimed : ''}`, isEnrolled };
  };
  const refuseAbove = (key: string): void => {
    const retryAfterSeconds = limit.secondsToWait(key);
    if (retryAfterSeconds > 0) throw new CodedError('too_many_requests', { retryAfterSeconds });
  };
  return {
    /** @throws CodedError too_many_requests */
    async check(request: FastifyRequest): Promise<void> {
      const { key, isEnrolled } = await nameOf(request);
      if (!isEnrolled) refuseAbove(key);
    },
    /** @throws CodedError too_many_requests, in place of `error` */
    async refused(request: FastifyRequest, error: unknown): Promise<void> {
      if (!(error instanceof CodedError && counted.includes(error.code))) return;
      const { key } = await nameOf(request);
      refuseAbove(key);
      limit.count(key);
    },
  };
}

/** The signer that a hook has already authenticated. */
export function signerOf(request: FastifyRequest): Signer {
  if (request.signer === null) throw new CodedError('request_unsigned');
  return request.signer;
}

async function authenticate(request: FastifyRequest, db: Database, kiosks: KioskLookup, now: Date): Promise<Signer> {
  let kiosk: Kiosk | undefined;
  let key: KeyObject | undefined;
  let lookupFailure: unknown;
  const { nonce } = await verifyRequest(
    headOf(request),
    async (kioskId) => {
      try {
        kiosk = await findKiosk(kiosks, kioskId);
      } catch (error) {
        lookupFailure = error;
        throw error;
      }
      key = importPublicKey(kiosk.device_public_key);
      return key;
    },
    now,
  ).catch((error: unknown) => {
    // A database that is away must not look like a wrong signature.
    throw lookupFailure ?? error;
  });
  if (kiosk === undefined || key === undefined) throw new CodedError('kiosk_unknown');
  if (!/^[A-Za-z0-9_-]{16,64}$/.test(nonce)) throw new CodedError('signature_invalid');
  if (kiosk.revoked_at !== null) {
    // The head alone is enough for this one: nothing that somebody could put behind it makes a difference.
    request.answerTo = 'verified';
    throw await refuseRevoked(db, kiosk, now);
  }
  return { kiosk, key, nonce };
}

/** Alarmed, because somebody still stands before it. */
async function refuseRevoked(db: Database, kiosk: Kiosk, now: Date): Promise<CodedError> {
  const revokedAt = (kiosk.revoked_at ?? now).toISOString();
  const alarm = { code: 'revoked_kiosk_in_use', about: `revoked ${revokedAt}`, sequence: kiosk.highest_sequence };
  await inTransaction(db, (transaction) => raiseAlarms(transaction, kiosk.id, [alarm], now));
  return new CodedError('kiosk_revoked');
}

async function findKiosk(kiosks: KioskLookup, kioskId: string): Promise<Kiosk> {
  const kiosk = idSchema.safeParse(kioskId).success ? await kiosks.find(kioskId) : undefined;
  if (kiosk === undefined) throw new CodedError('kiosk_unknown');
  return kiosk;
}

function parse(body: Uint8Array, headers: IncomingHttpHeaders): unknown {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new CodedError('request_malformed', { at: 'content-encoding' });
  }
  try {
    return headers['content-type']?.startsWith(batchMediaType) ? unpackBatch(body) : parseJson(body);
  } catch (cause) {
    throw new CodedError('request_malformed', { at: 'body' }, { cause });
  }
}

const parseJson = (body: Uint8Array): unknown => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
