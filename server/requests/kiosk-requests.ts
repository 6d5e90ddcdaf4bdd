import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { signatureWindowSeconds, verifyRequest } from '../../protocol/request-signature.ts';
import { importPublicKey } from '../../protocol/signing.ts';
import { wireLimits } from '../../shared/contracts/wire.ts';
import { CodedError } from '../../shared/errors.ts';
import { idSchema } from '../../shared/primitives.ts';
import type { Database } from '../database/connection.ts';
import type { Kiosk } from '../database/types.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who signed the request. Set on routes inside `acceptKioskRequests` only. */
    kiosk: Kiosk | null;
  }
}

/**
 * Every route registered on `app` afterwards is for kiosks: signed (RFC 9421) over the body as it travelled, used once, and
 * only then decompressed and parsed.
 */
export function acceptKioskRequests(app: FastifyInstance, db: Database, clock: () => Date): void {
  app.decorateRequest('kiosk', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('preValidation', async (request) => {
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    request.kiosk = await authenticate(request, body, db, clock());
    if (body.length > 0) request.body = parseJson(await decompress(body, request.headers['content-encoding']));
  });
}

/** The kiosk that a hook has already authenticated. */
export function signerOf(request: FastifyRequest): Kiosk {
  if (request.kiosk === null) throw new CodedError('request_unsigned');
  return request.kiosk;
}

async function authenticate(request: FastifyRequest, body: Uint8Array, db: Database, now: Date): Promise<Kiosk> {
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
  if (kiosk.revoked_at !== null) throw new CodedError('kiosk_revoked');
  await spendNonce(db, kiosk.id, nonce, now);
  return kiosk;
}

async function findKiosk(db: Database, kioskId: string): Promise<Kiosk> {
  const kiosk = idSchema.safeParse(kioskId).success
    ? await db.selectFrom('kiosks').selectAll().where('id', '=', kioskId).executeTakeFirst()
    : undefined;
  if (kiosk === undefined) throw new CodedError('kiosk_unknown');
  return kiosk;
}

/** In the database, so that the same request is refused by every server behind a load balancer. */
async function spendNonce(db: Database, kioskId: string, nonce: string, now: Date): Promise<void> {
  if (!/^[A-Za-z0-9_-]{16,64}$/.test(nonce)) throw new CodedError('signature_invalid');
  const expires = new Date(now.getTime() + 2 * signatureWindowSeconds * 1000);
  const { rows } = await sql`
    with fresh as (
      insert into request_nonces values (${kioskId}, ${nonce}, ${expires}) on conflict do nothing returning kiosk_id
    )
    update kiosks set last_seen_at = ${now} from fresh where kiosks.id = fresh.kiosk_id returning kiosks.id`.execute(
    db,
  );
  if (rows.length === 0) throw new CodedError('request_replayed');
}

/** Removes nonces whose requests would be stale by now. */
export async function forgetOldNonces(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('request_nonces').where('expires_at', '<', now).execute();
}

const inflate = promisify(gunzip);

async function decompress(body: Uint8Array, encoding: string | undefined): Promise<Uint8Array> {
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new CodedError('request_malformed', { at: 'content-encoding' });
  try {
    return await inflate(body, { maxOutputLength: wireLimits.bodyBytes });
  } catch (cause) {
    const tooLarge = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    throw new CodedError(tooLarge ? 'body_too_large' : 'request_malformed', {}, { cause });
  }
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new CodedError('request_malformed', { at: 'body' }, { cause });
  }
}
