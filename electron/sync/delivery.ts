import { packBatch } from '../../protocol/batch.ts';
import { toWire } from '../../protocol/record.ts';
import { type Batch, type BatchAnswer, wireLimits } from '../../shared/contracts/wire.ts';
import { CodedError } from '../../shared/errors.ts';
import type { Clock } from '../capture/capture-service.ts';
import type { Kiosk } from '../kiosk.ts';
import type { KioskLog } from '../log.ts';
import type { ServerConnection } from '../server-client/server-connection.ts';
import type { Ledger } from '../store/ledger.ts';
import type { UnsentRecord } from '../store/stored-record.ts';
import { BatchSize } from './batch-size.ts';
import { settleBatch } from './settle.ts';

const batchesUnderWay = 2;
/** Refusals of a batch as a whole, for which one of its records, or its size, can be to blame. */
const refusalsOfWhole = new Set(['body_too_large', 'request_malformed', 'batch_out_of_order', 'record_repeated']);

/** Records that were sent, and what the server will say of them. */
interface UnderWay {
  batch: UnsentRecord[];
  bytes: number;
  ahead: boolean;
  since: number;
  answer: Promise<BatchAnswer>;
}

/** How far one drain has come. */
interface Drain {
  /** The last sequence number that was sent in order, and that of the last withdrawal that was sent ahead. */
  sent: number;
  sentAhead: number;
  underWay: UnderWay[];
  giveUp: AbortController;
}

/**
 * Brings what is unsent to the server, in batches as large as the line carries. Withdrawals go ahead of their place: whoever
 * asked to be left alone does not wait behind a thousand others.
 */
export class Delivery {
  readonly #ledger: Ledger;
  readonly #kiosk: Kiosk;
  readonly #server: ServerConnection;
  readonly #log: KioskLog;
  readonly #clock: Clock;
  readonly #onAnswer: (done: number, total: number) => void;
  readonly #size = new BatchSize();
  /** Whether the server was there the last time; nobody packs whole batches for one that may not be. */
  #reachable = true;
  /** Whether this server takes withdrawals ahead: one of before that does not. */
  #takesAhead = true;
  #stopped = false;

  constructor(parts: {
    ledger: Ledger;
    kiosk: Kiosk;
    server: ServerConnection;
    log: KioskLog;
    clock: Clock;
    /** After each batch that was answered: how many records of how many are delivered. */
    onAnswer: (done: number, total: number) => void;
  }) {
    this.#ledger = parts.ledger;
    this.#kiosk = parts.kiosk;
    this.#server = parts.server;
    this.#log = parts.log;
    this.#clock = parts.clock;
    this.#onAnswer = parts.onAnswer;
  }

  /** What is under way is still settled; nothing more is sent. */
  stop(): void {
    this.#stopped = true;
  }

  /** @throws CodedError as ServerConnection.sendBatch does; what was answered before stays delivered. */
  async drain(): Promise<void> {
    const total = this.#ledger.counts().unsent;
    let done = 0;
    this.#takesAhead = true;
    const onSettled = (delivered: number) => {
      done += delivered;
      this.#onAnswer(done, Math.max(total, done));
    };
    this.#onAnswer(0, total);
    while (!(await this.#drainUntilRefused(onSettled)));
  }

  /**
   * Two batches are with the server: while it stores one it checks the next, and the one before is noted here. Each says which
   * one it follows, so they are never taken in the wrong order.
   * @returns false when a batch was refused as a whole, so that the rest has to be cut otherwise.
   */
  async #drainUntilRefused(onSettled: (delivered: number) => void): Promise<boolean> {
    const drain: Drain = { sent: 0, sentAhead: 0, underWay: [], giveUp: new AbortController() };
    try {
      for (;;) {
        this.#fill(drain);
        const oldest = drain.underWay.shift();
        if (oldest === undefined) break;
        if (!(await this.#settle(oldest, onSettled))) return false;
      }
    } finally {
      // Behind one that failed the others count for nothing, and take up the line.
      drain.giveUp.abort();
    }
    return true;
  }

  #fill(drain: Drain): void {
    const width = this.#reachable ? batchesUnderWay : 1;
    while (!this.#stopped && drain.underWay.length < width) {
      const next = this.#next(drain);
      if (next === undefined) return;
      drain.underWay.push(this.#send(next.batch, next.ahead, drain));
    }
  }

  /** The next batch in order, or withdrawals that stand behind it. */
  #next(drain: Drain): { batch: UnsentRecord[]; ahead: boolean } | undefined {
    const count = this.#reachable ? wireLimits.recordsPerBatch : 1;
    const batch = this.#ledger.unsent(count, this.#size.bytes, drain.sent);
    const last = batch.at(-1);
    if (last === undefined) return undefined;
    const behind = Math.max(last.sequence, drain.sentAhead);
    const withdrawals = this.#takesAhead ? this.#ledger.unsentWithdrawals(count, this.#size.bytes, behind) : [];
    const lastWithdrawal = withdrawals.at(-1);
    if (lastWithdrawal !== undefined) {
      drain.sentAhead = lastWithdrawal.sequence;
      return { batch: withdrawals, ahead: true };
    }
    drain.sent = last.sequence;
    return { batch, ahead: false };
  }

  #send(batch: UnsentRecord[], ahead: boolean, { underWay, giveUp: { signal } }: Drain): UnderWay {
    const records = batch.map(toWire);
    const named = this.#ledger.namedBy(batch);
    const heard = named.length === 0 ? {} : { countersignatures: named };
    const pack = (announced: Pick<Batch, 'follows' | 'ahead'>) => packBatch(records, { ...announced, ...heard });
    const before = underWay.findLast((each) => !each.ahead);
    const follows = before?.batch.at(-1)?.sequence;
    const body = pack(ahead ? { ahead: true } : follows === undefined ? {} : { follows });
    const send = async (): Promise<BatchAnswer> => {
      try {
        return await this.#server.sendBatch(body, signal);
      } catch (error) {
        if (before === undefined || !(error instanceof CodedError) || error.code !== 'batch_early') throw error;
        await before.answer;
        return this.#server.sendBatch(pack({}), signal);
      }
    };
    const answer = send();
    // If one before it fails, nobody waits for this answer, and its records go again.
    answer.catch(() => undefined);
    return { batch, bytes: body.length, ahead, since: this.#clock.monotonic(), answer };
  }

  /** @returns false when the batch was refused as a whole. */
  async #settle(sent: UnderWay, onSettled: (delivered: number) => void): Promise<boolean> {
    let answer: BatchAnswer;
    try {
      answer = await sent.answer;
    } catch (error) {
      this.#afterFailure(sent, error);
      return false;
    }
    this.#reachable = true;
    this.#size.passed(sent.bytes, this.#clock.monotonic() - sent.since);
    const settlement = settleBatch(sent.batch, answer, this.#kiosk.identity.kioskId, this.#kiosk.serverKey);
    this.#ledger.settle(settlement, this.#server.version);
    for (const refused of settlement.refused) this.#log.info('record refused', refused);
    onSettled(settlement.delivered.length);
    return true;
  }

  /** Learns from a batch that did not pass. Throws what stops the drain; otherwise the rest is cut otherwise and goes on. */
  #afterFailure({ batch, bytes, ahead }: UnderWay, error: unknown): void {
    if (!(error instanceof CodedError)) throw error;
    if (error.code === 'unreachable') {
      if (error.details.cutOff === true) this.#size.failed(bytes, 'cut_off');
      else this.#reachable = false;
    }
    if (!refusalsOfWhole.has(error.code)) throw error;
    const [first] = batch;
    if (ahead && error.code !== 'body_too_large') this.#takesAhead = false;
    else if (batch.length > 1) this.#size.failed(bytes, 'refused');
    else if (error.details.byServer === true && first !== undefined) this.#refuse(first.sequence, error.code);
    else throw error;
  }

  /** The server will not have this one record, whatever it is: the others go on. */
  #refuse(sequence: number, code: string): void {
    this.#log.info('record refused', { sequence, code });
    const settlement = { delivered: [], refused: [{ sequence, code }], countersignatures: [] };
    this.#ledger.settle(settlement, this.#server.version);
  }
}
