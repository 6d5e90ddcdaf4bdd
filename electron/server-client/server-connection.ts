import { type ZodType, z } from 'zod';
import { type AnswerTo, verifyAnswer } from '../../protocol/answer-signature.ts';
import { batchMediaType } from '../../protocol/batch.ts';
import { signRequest } from '../../protocol/request-signature.ts';
import { type SignedConfiguration, signedConfigurationSchema } from '../../shared/configuration.ts';
import type { CodeChecked } from '../../shared/contracts/ipc.ts';
import {
  type BatchAnswer,
  batchAnswerSchema,
  type DamageReport,
  type EnrolmentAnswer,
  type EnrolmentRequest,
  enrolmentAnswerSchema,
  type Heartbeat,
  type HeartbeatAnswer,
  heartbeatAnswerSchema,
  problemSchema,
  type Readoption,
  type VerificationAnswer,
  verificationAnswerSchema,
  verificationResultSchema,
  versionHeader,
} from '../../shared/contracts/wire.ts';
import { isRefusalCode } from '../../shared/error-catalogue.ts';
import { CodedError } from '../../shared/errors.ts';
import { parseJson } from '../../shared/json.ts';
import type { Kiosk } from '../kiosk.ts';
import { callHttp, type HttpAnswer } from './http-client.ts';

/** No byte in either direction for so long: somebody is gone. */
const silenceMilliseconds = 30_000;
/** Anybody can ask for a pause where the server did not sign: an hour must not silence a kiosk. The server itself asks for seconds. */
const longestPauseSeconds = 60;

interface Call {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: Uint8Array;
  signal?: AbortSignal;
}

/** An answer, and what the server's signature says of it: null for one that the server did not sign for this request. */
interface CheckedAnswer extends HttpAnswer {
  to: AnswerTo | null;
}

/**
 * What an enrolled kiosk says to the server, each request signed, and each answer signed by the pinned key for that one request. Any other
 * answer is `untrusted_answer` (a captive portal, a proxy's page, a forger): nothing is concluded from it.
 */
export class ServerConnection {
  readonly #kiosk: Kiosk;
  readonly #now: () => Date;
  /** Server's clock minus ours, learnt when a signature was too old for it. */
  #clockOffsetMilliseconds = 0;
  #version: string | null = null;

  constructor(kiosk: Kiosk, now: () => Date) {
    this.#kiosk = kiosk;
    this.#now = now;
  }

  /** What the server's clock says, as far as it is known: right within minutes once it has answered, whatever the kiosk's own says. */
  serverTime(): Date {
    return new Date(this.#now().getTime() + this.#clockOffsetMilliseconds);
  }

  /** Of the server, as its last answer said; null: it has not said. */
  get version(): string | null {
    return this.#version;
  }

  /**
   * @param batch from packBatch. @param signal gives it up.
   * @throws CodedError unreachable | untrusted_answer | body_too_large | a code of the catalogue's refusals
   * (details.retryAfterSeconds; details.byServer: in the server's own form).
   */
  async sendBatch(batch: Uint8Array, signal: AbortSignal): Promise<BatchAnswer> {
    const headers = { 'content-type': batchMediaType };
    const answer = await this.#call({ method: 'POST', path: '/v1/records', headers, body: batch, signal });
    return parseAnswer(answer, batchAnswerSchema, this.#now());
  }

  /** Throws as sendBatch does. */
  heartbeat(heartbeat: Heartbeat): Promise<HeartbeatAnswer> {
    return this.#postJson('/v1/heartbeats', heartbeat, heartbeatAnswerSchema);
  }

  /** @returns undefined when the one in force is still the newest. Throws as sendBatch does. */
  async fetchConfiguration(hashInForce: string): Promise<SignedConfiguration | undefined> {
    const headers = { 'if-none-match': `"${hashInForce}"` };
    const answer = await this.#call({ method: 'GET', path: '/v1/configuration', headers });
    return answer.status === 304 && answer.to === 'verified'
      ? undefined
      : parseAnswer(answer, signedConfigurationSchema, this.#now());
  }

  /** Throws as sendBatch does. */
  async reportDamage(report: DamageReport): Promise<void> {
    await this.#postJson('/v1/damaged-records', report, z.strictObject({}));
  }

  /**
   * After `kiosk_unknown`. What comes of it the next request tells: `kiosk_revoked`, until head office takes the kiosk back. Throws as
   * sendBatch does.
   */
  async askForReadoption(readoption: Readoption): Promise<void> {
    await this.#postJson('/v1/readoptions', readoption, z.strictObject({}));
  }

  /** Throws as sendBatch does. */
  requestVerification(recordId: string): Promise<VerificationAnswer> {
    return this.#postJson('/v1/verifications', { recordId }, verificationAnswerSchema);
  }

  checkVerification(verificationId: string, code: string): Promise<CodeChecked> {
    return this.#postJson(`/v1/verifications/${verificationId}/checks`, { code }, verificationResultSchema);
  }

  async #postJson<T>(path: string, content: unknown, schema: ZodType<T>): Promise<T> {
    const body = Buffer.from(JSON.stringify(content));
    const headers = { 'content-type': 'application/json' };
    return parseAnswer(await this.#call({ method: 'POST', path, headers, body }), schema, this.#now());
  }

  async #call(call: Call): Promise<CheckedAnswer> {
    const answer = await this.#signedCall(call);
    const problem = problemOf(answer);
    if (answer.to === 'verified') {
      if (problem?.code === 'kiosk_revoked') this.#kiosk.revoke(this.serverTime());
      else this.#kiosk.reinstate();
    }
    if (problem?.code !== 'request_stale' || answer.to === null) return answer;
    this.#clockOffsetMilliseconds = Date.parse(problem.serverTime) - this.#now().getTime();
    return this.#signedCall(call);
  }

  async #signedCall({ method, path, headers, body = new Uint8Array(), signal }: Call): Promise<CheckedAnswer> {
    const url = new URL(this.#kiosk.identity.serverUrl + path);
    const created = this.serverTime();
    const { kioskId, signingKey } = this.#kiosk.identity;
    const signed = await signRequest({ method, url: url.href, headers, body }, kioskId, this.#kiosk.deviceKey, created);
    const given = signal === undefined ? {} : { signal };
    const answer = await callHttp({ method, url, headers: signed, body, silenceMilliseconds, ...given });
    const pinned = { id: signingKey.id, publicKey: this.#kiosk.serverKey };
    const verified = await verifyAnswer(answer, { method, url: url.href, headers: signed }, pinned);
    if (verified === null) return { ...answer, to: null };
    const version = answer.headers[versionHeader];
    if (typeof version === 'string') this.#version = version;
    return { ...answer, to: verified.to, headers: { ...answer.headers, 'retry-after': verified.retryAfter ?? '' } };
  }
}

/** Joins a server with a one-time code; the only request without a signature. Throws as sendBatch does. */
export async function requestEnrolment(
  serverUrl: string,
  request: EnrolmentRequest,
  now: Date,
): Promise<EnrolmentAnswer> {
  const answer = await callHttp({
    method: 'POST',
    url: new URL(`${serverUrl}/v1/enrolments`),
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(request)),
    silenceMilliseconds,
  });
  // The kiosk pins the key that comes with this answer, and `enrol` checks that all of it was made with that key.
  return parseAnswer({ ...answer, to: 'unverified' }, enrolmentAnswerSchema, now);
}

function parseAnswer<T>(answer: CheckedAnswer, schema: ZodType<T>, now: Date): T {
  const pause = { retryAfterSeconds: retryAfterSeconds(answer, now) };
  const problem = answer.to === null ? undefined : problemOf(answer);
  if (problem !== undefined) {
    // A newer server may refuse by a code that this version does not know.
    const [code, named] = isRefusalCode(problem.code)
      ? [problem.code, {}]
      : ['refused' as const, { code: problem.code }];
    throw new CodedError(code, { ...named, ...pause, byServer: answer.to === 'verified' });
  }
  // Whoever said it, a batch this large does not get through.
  if (answer.status === 413) throw new CodedError('body_too_large', { ...pause, byServer: false });
  // Somebody gave up waiting for the rest of the request, or for what stands behind him: the same as a line that is cut.
  if (answer.status === 408 || answer.status === 504) {
    throw new CodedError('unreachable', { cause: `HTTP_${answer.status}`, cutOff: true, ...pause });
  }
  const parsed = answer.to !== null && answer.status === 200 ? schema.safeParse(parseJson(answer.body)) : undefined;
  if (!parsed?.success) throw new CodedError('untrusted_answer', { status: answer.status, ...pause });
  return parsed.data;
}

function problemOf(answer: HttpAnswer) {
  return answer.status >= 400 ? problemSchema.safeParse(parseJson(answer.body)).data : undefined;
}

/** Retry-After in seconds (RFC 9110 section 10.2.3: a number or a date), up to a limit; 0 when there is none. */
function retryAfterSeconds({ headers }: HttpAnswer, now: Date): number {
  const value = String(headers['retry-after'] ?? '');
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now.getTime()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), longestPauseSeconds) : 0;
}
