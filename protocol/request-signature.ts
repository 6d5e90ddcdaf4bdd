import { type KeyObject, randomBytes, sign } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import { CodedError } from '../shared/errors.ts';
import { contentDigest, digestHolds } from './content-digest.ts';
import { verifyInPool } from './signing.ts';

/**
 * HTTP message signatures (RFC 9421) over method, authority, path, query and content-digest (RFC 9530), with `created`, a
 * nonce and the kiosk id as `keyid`. The body is covered by its digest, byte for byte as it is sent.
 */
const components = ['@method', '@authority', '@path', '@query', 'content-digest'];
const parameters = ['created', 'nonce', 'keyid', 'alg'];

/** How far `created` may be from the server's clock, in seconds. A nonce is remembered for twice as long. */
export const signatureWindowSeconds = 300;

export interface HttpRequest {
  method: string;
  /** Absolute. */
  url: string;
  /** Names in lower case, as Node delivers them. */
  headers: Record<string, string | string[]>;
  body: Uint8Array;
}

/** @returns the headers to send, those given and `content-digest`, `signature-input`, `signature`. */
export async function signRequest(
  request: HttpRequest,
  kioskId: string,
  key: KeyObject,
  created: Date,
): Promise<Record<string, string>> {
  const signed = await httpbis.signMessage(
    {
      key: { id: kioskId, alg: 'ed25519', sign: async (data) => sign(null, data, key) },
      fields: components,
      params: parameters,
      paramValues: { created, nonce: randomBytes(16).toString('base64url') },
    },
    {
      method: request.method,
      url: request.url,
      headers: { ...request.headers, 'content-digest': contentDigest(request.body) },
    },
  );
  return Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** What a verified request proves. */
export interface VerifiedRequest {
  kioskId: string;
  nonce: string;
}

/**
 * Checks the head of a request, before anything of its body is read. That the body is the one whose digest was signed
 * (`checkBody`) and that the nonce is new is the caller's to check, after this.
 * @param findKey the public key of a kiosk; throws its own CodedError for an unknown or revoked one.
 * @throws CodedError request_unsigned | request_stale | signature_invalid.
 */
export async function verifyRequest(
  request: Omit<HttpRequest, 'body'>,
  findKey: (kioskId: string) => Promise<KeyObject>,
  now: Date,
): Promise<VerifiedRequest> {
  let verified: VerifiedRequest | undefined;
  let lookedUp = false;
  const holds = await httpbis
    .verifyMessage(
      {
        requiredFields: components,
        requiredParams: parameters,
        // The library would refuse every clock that is ahead; the window below is the rule.
        notAfter: new Date(now.getTime() + (signatureWindowSeconds + 1) * 1000),
        keyLookup: async ({ keyid, nonce, created }) => {
          // Of several signatures the library checks only the last, which need not be the one that was looked up last.
          if (lookedUp) throw new CodedError('signature_invalid');
          lookedUp = true;
          if (typeof keyid !== 'string' || typeof nonce !== 'string' || !(created instanceof Date)) return null;
          // Negated, because a `created` that is no number gives NaN.
          if (!(Math.abs(now.getTime() - created.getTime()) <= signatureWindowSeconds * 1000)) {
            throw new CodedError('request_stale');
          }
          const key = await findKey(keyid);
          verified = { kioskId: keyid, nonce };
          return {
            id: keyid,
            algs: ['ed25519'],
            verify: (data, signature) => verifyInPool(data, signature, key),
          };
        },
      },
      { method: request.method, url: request.url, headers: request.headers },
    )
    .catch((cause: unknown) => {
      if (cause instanceof CodedError) throw cause;
      throw new CodedError('signature_invalid', {}, { cause });
    });
  if (holds === null) throw new CodedError('request_unsigned');
  if (!holds || verified === undefined) throw new CodedError('signature_invalid');
  return verified;
}

/** @throws CodedError digest_mismatch */
export function checkBody({ headers, body }: Pick<HttpRequest, 'headers' | 'body'>): void {
  if (!digestHolds(headers, body)) throw new CodedError('digest_mismatch');
}
