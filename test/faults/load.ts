import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { countersignatureHash, countersignatureHolds } from '../../protocol/countersignature.ts';
import type { SealedRecord } from '../../protocol/record.ts';
import { importPublicKey } from '../../protocol/signing.ts';
import type { BatchAnswer } from '../../shared/contracts/wire.ts';
import type { GivenBody } from '../../shared/record/body.ts';
import type { HeadOffice } from '../../tools/local/head-office.ts';
import { britishMobile } from '../support/kiosk.ts';
import { type Send, SimulatedKiosk, sendByFetch } from '../support/simulated-kiosk.ts';

const longestPause = 60;
const mostPeople = 5;

/**
 * Kiosks that never cease to send: one batch after another, each again until it is acknowledged, as a kiosk's queue does it. Some
 * customers take back at once what they agreed to.
 */
export class Load {
  readonly kiosks: SimulatedKiosk[] = [];
  /** How often each HTTP status code was answered. */
  readonly answers = new Map<number, number>();
  /** Hashes of records, and of the countersignatures that acknowledge them. */
  readonly acknowledged: string[] = [];
  /** Numbers whose withdrawal the server has acknowledged. */
  readonly stopped: string[] = [];
  #batches = 0;
  #people = 0;
  #lastAgreed: GivenBody | null = null;
  #ending = false;
  #running: Promise<unknown> = Promise.resolve();

  /** @param url where kiosks reach the server, which stays the same however often the server is started. */
  static async start(office: HeadOffice, url: string, kiosks: number): Promise<Load> {
    const load = new Load();
    const send: Send = async (exchange) => {
      const reply = await sendByFetch(exchange);
      load.#count(reply.status);
      return reply;
    };
    for (let index = 0; index < kiosks; index++) {
      load.kiosks.push(await SimulatedKiosk.enrol(url, await office.createEnrolmentCode('leeds-01'), send));
    }
    load.#running = Promise.all(load.kiosks.map((kiosk) => load.#run(kiosk)));
    // Whoever waits for the load hears of it.
    load.#running.catch(() => undefined);
    return load;
  }

  /** Waits until every kiosk could have been acknowledged twice since. */
  async goesOn(): Promise<void> {
    const enough = this.#batches + 2 * this.kiosks.length;
    const progress = expect.poll(() => this.#batches, { timeout: 60_000, interval: 20 });
    await Promise.race([this.#running, progress.toBeGreaterThanOrEqual(enough)]);
  }

  /** Whoever agreed last presses Stop on the page of their receipt, again until it is done. */
  async stopOnPage(url: string): Promise<void> {
    if (this.#lastAgreed === null) throw new Error('nobody has agreed yet');
    const { number, manageToken } = this.#lastAgreed;
    const press = async (): Promise<number | null> => {
      const options = { method: 'POST', redirect: 'manual', signal: AbortSignal.timeout(30_000) } as const;
      const reply = await fetch(`${url}/m/${manageToken}/withdraw`, options).catch(() => null);
      if (reply !== null) this.#count(reply.status);
      return reply?.status ?? null;
    };
    await expect.poll(press, { timeout: 60_000, interval: 1_100 }).toBe(303);
    this.stopped.push(number);
  }

  /** What is under way is sent until it is acknowledged, and nothing new is made. */
  async end(): Promise<void> {
    this.#ending = true;
    await this.#running;
  }

  get totals(): string {
    const records = this.kiosks.reduce((sum, { sequence }) => sum + sequence, 0);
    return `${records} records in ${this.#batches} batches, ${this.stopped.length} withdrawals; answers ${JSON.stringify([...this.answers])}`;
  }

  #count(status: number): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
  }

  async #run(kiosk: SimulatedKiosk): Promise<void> {
    while (!this.#ending) {
      const records: SealedRecord[] = [];
      let last = kiosk.body(britishMobile(this.#people++));
      records.push(await kiosk.record(last));
      for (let more = Math.floor(Math.random() * mostPeople); more > 0; more--) {
        last = kiosk.body(britishMobile(this.#people++));
        records.push(await kiosk.record(last));
      }
      const takesBack = Math.random() < 0.2;
      if (takesBack) records.push(await kiosk.record(kiosk.withdrawal(last.number), { type: 'withdrawn' }));
      await this.#deliver(kiosk, records);
      if (takesBack) this.stopped.push(last.number);
      else this.#lastAgreed = last;
      await delay(Math.random() * longestPause);
    }
  }

  async #deliver(kiosk: SimulatedKiosk, records: SealedRecord[]): Promise<void> {
    let answer: BatchAnswer | null = null;
    while (answer === null) {
      // Whatever the reason: answers are judged by their status at the end.
      answer = await kiosk.deliver(records).catch(() => null);
      if (answer === null) await delay(Math.random() * longestPause);
    }
    const unwanted = answer.answers.filter(({ outcome }) => outcome !== 'countersigned' && outcome !== 'duplicate');
    expect(unwanted).toEqual([]);
    expect(answer.countersignatures).toHaveLength(1);
    for (const countersignature of answer.countersignatures) {
      const { epoch, signingKey } = kiosk.enrolment;
      expect(countersignature).toMatchObject({ chainHash: records.at(-1)?.chainHash, epoch });
      expect(countersignatureHolds(countersignature, importPublicKey(signingKey.publicKey))).toBe(true);
      this.acknowledged.push(countersignatureHash(countersignature));
    }
    this.acknowledged.push(...records.map(({ chainHash }) => chainHash));
    this.#batches += 1;
  }
}
