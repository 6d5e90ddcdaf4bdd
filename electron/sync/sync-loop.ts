import { packBatch } from '../../protocol/batch.ts';
import { toWire } from '../../protocol/record.ts';
import type { SyncStatus } from '../../shared/contracts/ipc.ts';
import { type BatchAnswer, type WireRecord, wireLimits } from '../../shared/contracts/wire.ts';
import { CodedError } from '../../shared/errors.ts';
import type { Kiosk } from '../kiosk.ts';
import type { KioskLog } from '../log.ts';
import type { Ledger } from '../store/ledger.ts';
import type { UnsentRecord } from '../store/stored-record.ts';
import { backoffMilliseconds } from './backoff.ts';
import type { ServerConnection } from './server-connection.ts';
import { settleBatch } from './settle.ts';

/** Bytes of sealed bodies in one batch: with headers and signatures they stay below the server's limit. */
const batchBytes = 2 * 1024 * 1024;
const batchesUnderWay = 2;
/** With nothing to send, how often the kiosk looks whether the server is there and has a new configuration. */
const idleMilliseconds = 60_000;
/** How long a sealed body stays after its countersignature, for a server restored from an older backup. */
const safetyDays = 30;

/** Records that were sent, and what the server will say of them. */
interface UnderWay {
  batch: UnsentRecord[];
  answer: Promise<BatchAnswer>;
}

interface LastRun {
  attemptAt: string | null;
  successAt: string | null;
  resultCode: string;
  online: boolean;
}

/**
 * Brings the ledger to the server, by itself: after each capture, when the network returns, and after failures with growing
 * pauses. One run at a time; whoever asks during a run gets that run.
 */
export class SyncLoop {
  readonly #ledger: Ledger;
  readonly #kiosk: Kiosk;
  readonly #server: ServerConnection;
  readonly #log: KioskLog;
  readonly #onChange: (status: SyncStatus) => void;
  #timer: NodeJS.Timeout | undefined;
  #telling: NodeJS.Timeout | undefined;
  #run: Promise<void> | undefined;
  #stopped = false;
  #failures = 0;
  /** Whether the last request that was sent was answered. */
  #answering = true;
  #progress: SyncStatus['progress'] = null;
  #last: LastRun = { attemptAt: null, successAt: null, resultCode: 'never', online: false };

  constructor(parts: {
    ledger: Ledger;
    kiosk: Kiosk;
    server: ServerConnection;
    log: KioskLog;
    onChange: (status: SyncStatus) => void;
  }) {
    this.#ledger = parts.ledger;
    this.#kiosk = parts.kiosk;
    this.#server = parts.server;
    this.#log = parts.log;
    this.#onChange = parts.onChange;
  }

  /** @param after how many milliseconds the first run begins. */
  start(after: number): void {
    this.#schedule(after);
  }

  /** Waits for the run under way: what the server answered is still settled. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#telling);
    await this.#run;
  }

  /** A record was captured. During an outage the pause goes on: a busy kiosk must not hammer a server that is down. */
  captured(): void {
    if (this.#failures === 0) this.#schedule(0);
    this.#tellSoon();
  }

  /** The network is back: whatever pause was left is over. */
  networkReturned(): void {
    this.#failures = 0;
    this.#schedule(0);
  }

  /** Sends everything now and answers when that is done or has failed. */
  async runNow(): Promise<SyncStatus> {
    clearTimeout(this.#timer);
    await (this.#run ?? this.#start());
    return this.status();
  }

  status(): SyncStatus {
    return {
      ...this.#ledger.counts(),
      online: this.#last.online,
      running: this.#run !== undefined,
      oldestUnsentAt: this.#ledger.oldestUnsentAt(),
      lastAttemptAt: this.#last.attemptAt,
      lastSuccessAt: this.#last.successAt,
      resultCode: this.#last.resultCode,
      progress: this.#progress,
    };
  }

  /** Later, and once for many captures: the customer who has just saved is not kept waiting for it. */
  #tellSoon(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#onChange(this.status());
    }, 50);
  }

  #schedule(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => this.#run ?? this.#start(), milliseconds);
  }

  #start(): Promise<void> {
    this.#run = this.#runOnce().finally(() => {
      this.#run = undefined;
      this.#progress = null;
      this.#onChange(this.status());
    });
    return this.#run;
  }

  async #runOnce(): Promise<void> {
    this.#last.attemptAt = new Date().toISOString();
    try {
      await this.#drain();
      await this.#refreshConfiguration();
      this.#ledger.eraseDeliveredBefore(new Date(Date.now() - safetyDays * 86_400_000).toISOString());
      this.#failures = 0;
      this.#last = { ...this.#last, successAt: new Date().toISOString(), resultCode: 'ok', online: true };
      this.#schedule(this.#ledger.counts().unsent > 0 ? 0 : idleMilliseconds);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const coded = error instanceof CodedError ? error : new CodedError('internal');
    this.#log.failure('sync failed', error);
    this.#failures += 1;
    this.#answering = false;
    const unreachable = coded.code === 'unreachable' || coded.code === 'untrusted_answer';
    this.#last = { ...this.#last, resultCode: coded.code, online: !unreachable };
    this.#schedule(backoffMilliseconds(this.#failures, Number(coded.details.retryAfterSeconds ?? 0), Math.random()));
  }

  /**
   * Two batches are with the server: while it stores one it checks the next, and the one before is noted here. Each says which
   * one it follows, so they are never taken in the wrong order.
   */
  async #drain(): Promise<void> {
    const total = this.#ledger.counts().unsent;
    const underWay: UnderWay[] = [];
    let [sent, done] = [0, 0];
    let { epoch } = this.#kiosk.identity;
    const sendNext = (): boolean => {
      const batch = this.#ledger.unsent(this.#answering ? wireLimits.recordsPerBatch : 1, batchBytes, sent);
      const last = batch.at(-1);
      if (last === undefined) return false;
      underWay.push(this.#send(batch, underWay.at(-1)));
      sent = last.sequence;
      return true;
    };
    for (;;) {
      const goesOn = !this.#stopped && epoch === this.#kiosk.identity.epoch;
      // A server that was not there the last time is asked with one record: nobody packs whole batches for nothing.
      while (goesOn && underWay.length < (this.#answering ? batchesUnderWay : 1) && sendNext());
      const oldest = underWay.shift();
      if (oldest === undefined) break;
      this.#tellProgress(done, Math.max(total, done + oldest.batch.length));
      const answer = await oldest.answer;
      this.#answering = true;
      epoch = answer.epoch;
      const settlement = settleBatch(oldest.batch, answer, this.#kiosk.identity.kioskId, this.#kiosk.serverKey);
      this.#ledger.settle(settlement, null);
      done += settlement.delivered.length;
      for (const { sequence, code } of settlement.refused) this.#log.info('record refused', { sequence, code });
    }
    if (epoch !== this.#kiosk.identity.epoch) await this.#sendAgain(epoch);
  }

  #tellProgress(done: number, total: number): void {
    this.#progress = { done, total };
    this.#onChange(this.status());
  }

  #send(batch: UnsentRecord[], before: UnderWay | undefined): UnderWay {
    const answer = this.#deliver(batch.map(toWire), before);
    // If the one before it fails, nobody waits for this answer, and its records go again.
    answer.catch(() => undefined);
    return { batch, answer };
  }

  async #deliver(records: WireRecord[], before: UnderWay | undefined): Promise<BatchAnswer> {
    if (before === undefined) return this.#server.sendBatch(packBatch(records));
    try {
      return await this.#server.sendBatch(packBatch(records, before.batch.at(-1)?.sequence));
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'batch_early') throw error;
      await before.answer;
      return this.#server.sendBatch(packBatch(records));
    }
  }

  /** Another epoch than the one known: the server lost what came after its backup, so all that is still here goes again. */
  async #sendAgain(epoch: string): Promise<void> {
    const queued = this.#ledger.sendAgain();
    this.#kiosk.enterEpoch(epoch);
    this.#log.info('server was restored, sending again', { queued });
    await this.#drain();
  }

  async #refreshConfiguration(): Promise<void> {
    const signed = await this.#server.fetchConfiguration(this.#kiosk.current.hash);
    if (signed !== undefined) this.#kiosk.adopt(signed);
  }
}
