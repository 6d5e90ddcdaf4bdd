import { type KeyObject, verify } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import { contentDigest, digestHolds } from './content-digest.ts';
import { signInPool } from './signing.ts';

/**
 * Answers of the server to a kiosk, signed as RFC 9421 says for responses: status, body (by its digest, RFC 9530), version and, where there
 * is one, Retry-After; and of the request method, path, query and the signature it came with. That signature is different for every
 * request, so an answer belongs to one request alone.
 */
const components = [
  '@status',
  'content-digest',
  'countersign-version',
  '"@method";req',
  '"@path";req',
  '"@query";req',
  '"signature-input";req',
  '"signature";req',
];
const withRetryAfter = [...components, 'retry-after'];
const parameters = ['created', 'keyid', 'alg', 'tag'];

/**
 * What the server had found out of the request when it answered: that the kiosk itself had signed it, or nothing. Who knows no key can send a
 * request that is refused, and show the kiosk the answer; so such an answer says another thing.
 */
const tags = { verified: 'countersign/answer/1', unverified: 'countersign/unverified/1' } as const;
export type AnswerTo = keyof typeof tags;

export interface HttpAnswerHead {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string | string[]>;
}

/** The request as it was sent, its own signature among the headers. */
export interface AnsweredRequest {
  method: string;
  /** Absolute. */
  url: string;
  headers: Record<string, string | string[]>;
}

/** @returns the headers to add: `content-digest`, `signature-input`, `signature`. */
export async function signAnswer(
  answer: HttpAnswerHead & { body: string | Uint8Array },
  request: AnsweredRequest,
  to: AnswerTo,
  key: { id: string; privateKey: KeyObject },
  created: Date,
): Promise<Record<string, string>> {
  const headers = { ...answer.headers, 'content-digest': contentDigest(answer.body) };
  const signed = await httpbis.signMessage(
    {
      key: { id: key.id, alg: 'ed25519', sign: (data) => signInPool(data, key.privateKey) },
      fields: 'retry-after' in headers ? withRetryAfter : components,
      params: parameters,
      paramValues: { created, tag: tags[to] },
    },
    { status: answer.status, headers },
    request,
  );
  const { 'content-digest': digest } = headers;
  return {
    'content-digest': digest,
    'signature-input': headerOf(signed.headers, 'signature-input'),
    signature: headerOf(signed.headers, 'signature'),
  };
}

/** What a verified answer says, besides its body. */
export interface VerifiedAnswer {
  to: AnswerTo;
  /** Null where the server asks for no pause; one that somebody else added is left out. */
  retryAfter: string | null;
}

/**
 * @param request the one that was sent.
 * @param key the server's, pinned at enrolment.
 * @returns null for every answer that is not this server's to this very request. How old it is does not matter: the request is the clock.
 */
export async function verifyAnswer(
  answer: HttpAnswerHead & { body: string | Uint8Array },
  request: AnsweredRequest,
  key: { id: string; publicKey: KeyObject },
): Promise<VerifiedAnswer | null> {
  const { headers } = answer;
  if (!digestHolds(headers, answer.body)) return null;
  // The library compares covered fields by name alone, and would take "signature" of the answer for that of the request.
  const input = String(headers['signature-input'] ?? '');
  const covered = [components, withRetryAfter].find((fields) =>
    input.startsWith(`sig=(${fields.map(quoted).join(' ')});`),
  );
  if (covered === undefined) return null;
  let to: AnswerTo | undefined;
  let lookedUp = 0;
  const holds = await httpbis
    .verifyMessage(
      {
        requiredParams: parameters,
        // A kiosk's clock may be anywhere.
        notAfter: new Date(8.64e15),
        keyLookup: async ({ keyid, tag }) => {
          lookedUp += 1;
          if (keyid !== key.id) return null;
          to = tag === tags.verified ? 'verified' : tag === tags.unverified ? 'unverified' : undefined;
          return {
            id: key.id,
            algs: ['ed25519'],
            verify: async (data, signature) => verify(null, data, key.publicKey, signature),
          };
        },
      },
      { status: answer.status, headers },
      request,
    )
    .catch(() => false);
  // Of several signatures the library checks only the last, which need not be the one whose tag was read.
  if (holds !== true || to === undefined || lookedUp !== 1) return null;
  return { to, retryAfter: covered === withRetryAfter ? String(headers['retry-after']) : null };
}

const quoted = (field: string): string => (field.startsWith('"') ? field : `"${field}"`);

function headerOf(headers: Record<string, string | string[]>, name: string): string {
  const [, value = ''] = Object.entries(headers).find(([each]) => each.toLowerCase() === name) ?? [];
  return String(value);
}
