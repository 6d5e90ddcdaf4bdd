import type { ZodType } from 'zod';
import { batchMediaType } from '../../protocol/batch.ts';
import { signRequest } from '../../protocol/request-signature.ts';
import { type SignedConfiguration, signedConfigurationSchema } from '../../shared/configuration.ts';
import type { CodeChecked } from '../../shared/contracts/ipc.ts';
import {
  type BatchAnswer,
  batchAnswerSchema,
  type EnrolmentAnswer,
  type EnrolmentRequest,
  enrolmentAnswerSchema,
  problemSchema,
  type VerificationAnswer,
  verificationAnswerSchema,
  verificationResultSchema,
} from '../../shared/contracts/wire.ts';
import { CodedError } from '../../shared/errors.ts';
import type { Kiosk } from '../kiosk.ts';
import { callHttp, type HttpAnswer } from './http-client.ts';

const timeoutMilliseconds = 30_000;

/**
 * What an enrolled kiosk says to the server, each request signed. An answer that is not the server's own form is
 * `untrusted_answer` (a captive portal, a proxy's page): nothing is concluded from it.
 */
export class ServerConnection {
  readonly #kiosk: Kiosk;
  /** Server's clock minus ours, learnt when a signature was too old for it. */
  #clockOffsetMilliseconds = 0;

  constructor(kiosk: Kiosk) {
    this.#kiosk = kiosk;
  }

  /**
   * @param batch from packBatch.
   * @throws CodedError unreachable | untrusted_answer | a code of requestRefusals (details.retryAfterSeconds)
   */
  async sendBatch(batch: Uint8Array): Promise<BatchAnswer> {
    const headers = { 'content-type': batchMediaType };
    return parseAnswer(await this.#call('POST', '/v1/records', headers, batch), batchAnswerSchema);
  }

  /** @returns undefined when the one in force is still the newest. Throws as sendBatch does. */
  async fetchConfiguration(hashInForce: string): Promise<SignedConfiguration | undefined> {
    const answer = await this.#call('GET', '/v1/configuration', { 'if-none-match': `"${hashInForce}"` });
    return answer.status === 304 ? undefined : parseAnswer(answer, signedConfigurationSchema);
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
    return parseAnswer(await this.#call('POST', path, { 'content-type': 'application/json' }, body), schema);
  }

  async #call(
    method: 'GET' | 'POST',
    path: string,
    headers: Record<string, string>,
    body?: Uint8Array,
  ): Promise<HttpAnswer> {
    const answer = await this.#signedCall(method, path, headers, body);
    const problem = problemOf(answer);
    if (problem?.code !== 'request_stale') return answer;
    this.#clockOffsetMilliseconds = Date.parse(problem.serverTime) - Date.now();
    return this.#signedCall(method, path, headers, body);
  }

  async #signedCall(
    method: 'GET' | 'POST',
    path: string,
    headers: Record<string, string>,
    body: Uint8Array = new Uint8Array(),
  ): Promise<HttpAnswer> {
    const url = new URL(this.#kiosk.identity.serverUrl + path);
    const created = new Date(Date.now() + this.#clockOffsetMilliseconds);
    const { kioskId } = this.#kiosk.identity;
    const signed = await signRequest({ method, url: url.href, headers, body }, kioskId, this.#kiosk.deviceKey, created);
    return callHttp({ method, url, headers: signed, body, timeoutMilliseconds });
  }
}

/** Joins a server with a one-time code; the only request without a signature. Throws as sendBatch does. */
export async function requestEnrolment(serverUrl: string, request: EnrolmentRequest): Promise<EnrolmentAnswer> {
  const answer = await callHttp({
    method: 'POST',
    url: new URL(`${serverUrl}/v1/enrolments`),
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(request)),
    timeoutMilliseconds,
  });
  return parseAnswer(answer, enrolmentAnswerSchema);
}

function parseAnswer<T>(answer: HttpAnswer, schema: ZodType<T>): T {
  const problem = problemOf(answer);
  if (problem !== undefined) throw new CodedError(problem.code, { retryAfterSeconds: retryAfterSeconds(answer) });
  const parsed = answer.status === 200 ? schema.safeParse(jsonOf(answer)) : undefined;
  if (!parsed?.success) {
    throw new CodedError('untrusted_answer', { status: answer.status, retryAfterSeconds: retryAfterSeconds(answer) });
  }
  return parsed.data;
}

function problemOf(answer: HttpAnswer) {
  return answer.status >= 400 ? problemSchema.safeParse(jsonOf(answer)).data : undefined;
}

function jsonOf(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.body);
  } catch {
    return undefined;
  }
}

/** Retry-After in seconds (RFC 9110 section 10.2.3: a number or a date), at most an hour; 0 when there is none. */
function retryAfterSeconds({ headers }: HttpAnswer): number {
  const value = String(headers['retry-after'] ?? '');
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 3600) : 0;
}
