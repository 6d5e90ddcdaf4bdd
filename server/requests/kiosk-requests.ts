import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { batchMediaType, unpackBatch } from '../../protocol/batch.ts';
import { verifyRequest } from '../../protocol/request-signature.ts';
import { signRevocation } from '../../protocol/revocation.ts';
import { importPublicKey } from '../../protocol/signing.ts';
import { CodedError } from '../../shared/errors.ts';
import { idSchema } from '../../shared/primitives.ts';
import type { Database } from '../database/connection.ts';
import type { Kiosk } from '../database/types.ts';
import { raiseAlarms } from '../intake/store.ts';
import type { ServerKeys } from '../keys.ts';
import type { Parts } from '../parts.ts';
import { type Signer, spendNonce } from './nonces.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who signed the request. Set on routes inside `acceptKioskRequests` only. */
    signer: Signer | null;
  }
  interface FastifyContextConfig {
    /** The route itself spends the nonce, in the transaction of what it does. */
    spendsNonce?: true;
  }
}

/**
 * Every route registered on `app` afterwards is for kiosks: signed (RFC 9421) over the body as it travelled, used once, and
 * only then parsed: JSON, or CBOR for a batch. Nobody has to compress what is sealed, so nothing is decompressed either.
 */
export function acceptKioskRequests(app: FastifyInstance, { db, keys, clock }: Parts): void {
  app.decorateRequest('signer', null);
  app.removeAllContentTypeParsers();
  const mediaTypes = ['application/json', batchMediaType];
  app.addContentTypeParser(mediaTypes, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('preValidation', async (request) => {
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    const now = clock();
    const signer = await authenticate(request, body, db, now);
    if (signer.kiosk.revoked_at !== null) throw await refuseRevoked(db, keys.signing, signer.kiosk, now);
    request.signer = signer;
    if (!request.routeOptions.config.spendsNonce) await spendNonce(db, signer, now);
    if (body.length > 0) request.body = parse(body, request.headers);
  });
}

/** The signer that a hook has already authenticated. */
export function signerOf(request: FastifyRequest): Signer {
  if (request.signer === null) throw new CodedError('request_unsigned');
  return request.signer;
}

async function authenticate(request: FastifyRequest, body: Uint8Array, db: Database, now: Date): Promise<Signer> {
  let kiosk: Kiosk | undefined;
  let lookupFailure: unknown;
  const { nonce } = await verifyRequest(
    {
      method: request.method,
      url: `${request.protocol}://${request.host}${request.url}`,
      headers: request.headers as Record<string, string | string[]>,
      body,
    },
    async (kioskId) => {
      try {
        kiosk = await findKiosk(db, kioskId);
      } catch (error) {
        lookupFailure = error;
        throw error;
      }
      return importPublicKey(kiosk.device_public_key);
    },
    now,
  ).catch((error: unknown) => {
    // A database that is away must not look like a wrong signature.
    throw lookupFailure ?? error;
  });
  if (kiosk === undefined) throw new CodedError('kiosk_unknown');
  if (!/^[A-Za-z0-9_-]{16,64}$/.test(nonce)) throw new CodedError('signature_invalid');
  return { kiosk, nonce };
}

/** Signed, because a kiosk that believes it stops for good; alarmed, because somebody still stands before it. */
async function refuseRevoked(db: Database, key: ServerKeys['signing'], kiosk: Kiosk, now: Date): Promise<CodedError> {
  const revokedAt = (kiosk.revoked_at ?? now).toISOString();
  const alarm = { code: 'revoked_kiosk_in_use', about: `revoked ${revokedAt}`, sequence: kiosk.highest_sequence };
  await db.transaction().execute((transaction) => raiseAlarms(transaction, kiosk.id, [alarm], now));
  const statement = { version: 1 as const, kioskId: kiosk.id, revokedAt, signingKeyId: key.id };
  return new CodedError('kiosk_revoked', { ...signRevocation(statement, key.privateKey) });
}

async function findKiosk(db: Database, kioskId: string): Promise<Kiosk> {
  const kiosk = idSchema.safeParse(kioskId).success
    ? await db.selectFrom('kiosks').selectAll().where('id', '=', kioskId).executeTakeFirst()
    : undefined;
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
