import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { batchMediaType, packBatch } from '../../protocol/batch.ts';
import { toText } from '../../protocol/bytes.ts';
import { configurationHash, genesisHash } from '../../protocol/chain.ts';
import { countersignatureHash } from '../../protocol/countersignature.ts';
import { makeRecord, type SealedRecord, toWire } from '../../protocol/record.ts';
import { signRequest } from '../../protocol/request-signature.ts';
import { prepareSeal } from '../../protocol/seal.ts';
import { generateSigningKey, importPrivateKey } from '../../protocol/signing.ts';
import { type Configuration, configurationSchema } from '../../shared/configuration.ts';
import {
  type BatchAnswer,
  batchAnswerSchema,
  type Countersignature,
  type EnrolmentAnswer,
  enrolmentAnswerSchema,
  type WireRecord,
} from '../../shared/contracts/wire.ts';
import { type GivenBody, givenBodySchema } from '../../shared/record/body.ts';
import type { RecordHeader } from '../../shared/record/header.ts';
import { presentation, seen } from './presentation.ts';

/** One HTTP exchange; `url` is absolute. */
export interface Exchange {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body: Uint8Array;
}
export interface Reply {
  status: number;
  headers: Record<string, string>;
  text: string;
}
export type Send = (exchange: Exchange) => Promise<Reply>;

/** Over a real connection. @throws Error if there is no answer within half a minute. */
export const sendByFetch: Send = async ({ method, url, headers, body }) => {
  const sent = method === 'GET' ? {} : { body: Uint8Array.from(body) };
  const response = await fetch(url, { method, headers, ...sent, signal: AbortSignal.timeout(30_000) });
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
};

/**
 * A kiosk without screens and disk that speaks the real protocol: enrols, chains, seals, signs. What it makes can be changed
 * before it is sent, which is how the tests tamper.
 */
export class SimulatedKiosk {
  readonly enrolment: EnrolmentAnswer;
  readonly configuration: Configuration;
  readonly privateKey: ReturnType<typeof importPrivateKey>;
  readonly url: string;
  sequence = 0;
  previousChainHash: string;
  lastCountersignature: string;
  clock: () => Date = () => new Date();
  readonly #send: Send;

  private constructor(
    url: string,
    send: Send,
    enrolment: EnrolmentAnswer,
    keys: { publicKey: string; privateKey: string },
  ) {
    this.url = url;
    this.#send = send;
    this.enrolment = enrolment;
    this.configuration = configurationSchema.parse(JSON.parse(enrolment.configuration.document));
    this.privateKey = importPrivateKey(keys.privateKey);
    this.previousChainHash = genesisHash(enrolment.kioskId, keys.publicKey);
    this.lastCountersignature = countersignatureHash(enrolment.countersignature);
  }

  /** @param url of the server, without a path. */
  static async enrol(url: string, code: string, send: Send = sendByFetch): Promise<SimulatedKiosk> {
    const keys = generateSigningKey();
    const form = { code, devicePublicKey: keys.publicKey, applicationVersion: '0.0.0-simulated' };
    const reply = await send({
      method: 'POST',
      url: `${url}/v1/enrolments`,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(form)),
    });
    if (reply.status !== 200) throw new Error(`enrolment answered ${reply.status} ${reply.text}`);
    return new SimulatedKiosk(url, send, enrolmentAnswerSchema.parse(JSON.parse(reply.text)), keys);
  }

  get id(): string {
    return this.enrolment.kioskId;
  }

  /** A body as the screens would make it: everything of the first language granted. */
  body(number: string): GivenBody {
    const language = this.configuration.languages[0];
    const notices = this.configuration.notices.filter(({ notice }) => notice.language === language);
    return givenBodySchema.parse({
      number,
      choices: notices.flatMap(({ notice }) =>
        notice.boxes.map(({ channel }) => ({
          purpose: notice.purpose,
          channel,
          answer: 'granted',
          inputModality: 'touch',
        })),
      ),
      notices: notices.map(({ hash }) => seen(hash)),
      privacyNotice: { hash: this.configuration.privacyNotices[0]?.hash, inSightAfterMilliseconds: null },
      age: 'not_asked',
      verification: 'unverified',
      transactionReference: null,
      manageToken: toText(randomBytes(16)),
      ...this.#evidence(),
    });
  }

  /** How it came about: what every body says. */
  #evidence() {
    return {
      language: this.configuration.languages[0],
      collectionMethod: 'self_service',
      screens: [{ screen: 'number', afterMilliseconds: 1200 }],
      presentation,
      applicationVersion: '0.0.0-simulated',
      configuration: configurationHash(this.enrolment.configuration.document),
    };
  }

  /** A body that withdraws everything for the number. */
  withdrawal(number: string) {
    return { number, scope: 'everything', ...this.#evidence() };
  }

  /** A body that puts a number in the place of another. */
  numberChange(previousNumber: string, number: string) {
    const manageToken = toText(randomBytes(16));
    return { previousNumber, number, verification: 'unverified', manageToken, ...this.#evidence() };
  }

  /** The next record of the chain. `change` tampers with the header before it is sealed and signed. */
  async record(body: unknown, change: Partial<RecordHeader> = {}): Promise<SealedRecord> {
    const header: RecordHeader = {
      version: 1,
      recordId: v7(),
      kioskId: this.id,
      storeId: this.enrolment.storeId,
      sequence: this.sequence + 1,
      type: 'given',
      deviceTime: this.clock().toISOString(),
      monotonicTime: Math.round(performance.now()),
      lastCountersignature: this.lastCountersignature,
      sealKeyId: this.enrolment.sealKey.id,
      previousChainHash: this.previousChainHash,
      ...change,
    };
    const seal = await prepareSeal(this.enrolment.sealKey.publicKey);
    const record = await makeRecord(header, body as GivenBody, seal, this.privateKey);
    this.sequence = header.sequence;
    this.previousChainHash = record.chainHash;
    return record;
  }

  async records(numbers: string[]): Promise<SealedRecord[]> {
    const made: SealedRecord[] = [];
    for (const number of numbers) made.push(await this.record(this.body(number)));
    return made;
  }

  /** Sends a signed request; `tamper` changes it after it was signed. */
  async request(
    method: 'GET' | 'POST',
    path: string,
    body: Uint8Array = new Uint8Array(),
    headers: Record<string, string> = {},
    tamper: (exchange: Exchange) => Exchange = (exchange) => exchange,
  ): Promise<Reply> {
    const plain = method === 'GET' ? headers : { 'content-type': 'application/json', ...headers };
    return await this.#send(tamper(await this.#sign(method, path, plain, body)));
  }

  async #sign(
    method: 'GET' | 'POST',
    path: string,
    headers: Record<string, string>,
    body: Uint8Array,
  ): Promise<Exchange> {
    const url = this.url + path;
    const signed = await signRequest({ method, url, headers, body }, this.id, this.privateKey, this.clock());
    return { method, url, headers: signed, body };
  }

  /** A delivery that is sent later. @param body from packBatch. */
  async signedBatch(body: Uint8Array): Promise<Exchange> {
    return await this.#sign('POST', '/v1/records', { 'content-type': batchMediaType }, body);
  }

  /** @param body from packBatch, or anything else in its place. */
  async sendPacked(body: Uint8Array, headers = {}, tamper?: (exchange: Exchange) => Exchange): Promise<Reply> {
    return await this.request('POST', '/v1/records', body, { 'content-type': batchMediaType, ...headers }, tamper);
  }

  async sendWire(records: WireRecord[]): Promise<Reply> {
    return await this.sendPacked(packBatch(records));
  }

  /** Delivers records, with the countersignatures of heartbeats that they name, and names the countersignature it got in the records made afterwards. */
  /** What the answer says of each record: its rejection code, or its outcome. */
  async outcomes(records: WireRecord[]): Promise<string[]> {
    const { status, text } = await this.sendWire(records);
    if (status !== 200) throw new Error(text);
    const { answers } = batchAnswerSchema.parse(JSON.parse(text));
    return answers.map((answer) => (answer.outcome === 'rejected' ? answer.code : answer.outcome));
  }

  async deliver(records: SealedRecord[], countersignatures: Countersignature[] = []): Promise<BatchAnswer> {
    const named = countersignatures.length === 0 ? {} : { countersignatures };
    const reply = await this.sendPacked(packBatch(records.map(toWire), named));
    if (reply.status !== 200) throw new Error(`delivery answered ${reply.status} ${reply.text}`);
    const answer = batchAnswerSchema.parse(JSON.parse(reply.text));
    const last = answer.countersignatures.at(-1);
    if (last !== undefined) this.lastCountersignature = countersignatureHash(last);
    return answer;
  }
}
