import { countersignatureHolds } from '../../protocol/countersignature.ts';
import type { SyncStatus } from '../../shared/contracts/ipc.ts';
import { wireLimits } from '../../shared/contracts/wire.ts';
import { CodedError } from '../../shared/errors.ts';
import type { Clock } from '../capture/capture-service.ts';
import type { Kiosk } from '../kiosk.ts';
import type { KioskLog } from '../log.ts';
import type { ServerConnection } from '../server-client/server-connection.ts';
import type { Ledger } from '../store/ledger.ts';
import { backoffMilliseconds } from './backoff.ts';
import { Delivery } from './delivery.ts';

/** With nothing to send, how often the kiosk looks whether the server is there and has a new configuration. */
const idleMilliseconds = 60_000;
/** How long a sealed body stays after its countersignature, for a server restored from an older backup. */
const safetyDays = 30;

interface LastRun {
  attemptAt: string | null;
  successAt: string | null;
  resultCode: string;
  online: boolean;
}

/** Half as long to one and a half times. */
const revokedMilliseconds = 3_600_000;

/**
 * Brings the ledger to the server, by itself: after each capture, when the network returns, and after failures with growing
 * pauses. One run at a time; whoever asks during a run gets that run. A kiosk that was revoked only asks, and rarely, whether it still is.
 */
export class SyncLoop {
  readonly #ledger: Ledger;
  readonly #kiosk: Kiosk;
  readonly #server: ServerConnection;
  readonly #delivery: Delivery;
  readonly #log: KioskLog;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #onChange: (status: SyncStatus) => void;
  readonly #applicationVersion: string;
  /** Damaged records that head office has been told of since this process began, in this epoch of the server. */
  readonly #told = { epoch: '', sequences: new Set<number>() };
  #timer: NodeJS.Timeout | undefined;
  #telling: NodeJS.Timeout | undefined;
  #run: Promise<void> | undefined;
  #stopped = false;
  #failures = 0;
  #progress: SyncStatus['progress'] = null;
  #last: LastRun = { attemptAt: null, successAt: null, resultCode: 'never', online: false };

  constructor(parts: {
    ledger: Ledger;
    kiosk: Kiosk;
    server: ServerConnection;
    log: KioskLog;
    clock: Clock;
    /** In [0, 1). */
    random: () => number;
    onChange: (status: SyncStatus) => void;
    applicationVersion: string;
  }) {
    this.#ledger = parts.ledger;
    this.#kiosk = parts.kiosk;
    this.#server = parts.server;
    this.#log = parts.log;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#onChange = parts.onChange;
    this.#applicationVersion = parts.applicationVersion;
    const { ledger, kiosk, server, log, clock } = parts;
    const onAnswer = (done: number, total: number) => this.#answered(done, total);
    this.#delivery = new Delivery({ ledger, kiosk, server, log, clock, onAnswer });
  }

  /** @param after how many milliseconds the first run begins. */
  start(after: number): void {
    this.#schedule(after);
  }

  /** Waits for the run under way: what the server answered is still settled. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#delivery.stop();
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
    await (this.#run ?? this.#start());
    return this.status();
  }

  /** As runNow, and what the server refused goes again as well: somebody asked for it. */
  async tryEverything(): Promise<SyncStatus> {
    if (this.#ledger.counts().refused > 0) {
      await this.#run;
      this.#ledger.tryRefusedAgain(null);
    }
    return this.runNow();
  }

  status(): SyncStatus {
    return {
      ...this.#ledger.counts(),
      online: this.#last.online,
      running: this.#run !== undefined,
      oldestUnsentAt: this.#ledger.oldestUnsentAt(),
      lastAttemptAt: this.#last.attemptAt,
      lastSuccessAt: this.#last.successAt,
      resultCode: this.#kiosk.isRevoked ? 'kiosk_revoked' : this.#last.resultCode,
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
    if (this.#stopped) return;
    const pause = this.#kiosk.isRevoked ? revokedMilliseconds * (0.5 + this.#random()) : milliseconds;
    this.#timer = setTimeout(() => this.#run ?? this.#start(), pause);
  }

  #start(): Promise<void> {
    clearTimeout(this.#timer);
    this.#run = this.#runOnce().finally(() => {
      this.#run = undefined;
      this.#progress = null;
      this.#onChange(this.status());
    });
    return this.#run;
  }

  async #runOnce(): Promise<void> {
    this.#last.attemptAt = this.#now().toISOString();
    try {
      // Whether head office has taken it back is all it asks; the rest comes after a yes.
      if (this.#kiosk.isRevoked) await this.#heartbeat();
      // Once a run, so that two servers of two versions side by side do not make one record go to and fro without a pause.
      if (this.#server.version !== null) this.#ledger.tryRefusedAgain(this.#server.version);
      await this.#delivery.drain();
      await this.#heartbeat();
      await this.#tryToReportDamage();
      this.#failures = 0;
      this.#last = { ...this.#last, successAt: this.#now().toISOString(), resultCode: 'ok', online: true };
      this.#schedule(this.#ledger.counts().unsent > 0 ? 0 : idleMilliseconds);
    } catch (error) {
      this.#failed(error);
      if (error instanceof CodedError && error.code === 'kiosk_unknown') await this.#askForReadoption();
    }
  }

  /** The server was restored from a backup of before this kiosk's enrolment. Everything here stays, and the next run goes on from its answer. */
  async #askForReadoption(): Promise<void> {
    const { devicePublicKey, storeId, enrolment } = this.#kiosk.identity;
    const countersignature = this.#ledger.lastCountersignature() ?? null;
    const claim = { devicePublicKey, storeId, enrolment, countersignature };
    try {
      await this.#server.askForReadoption({ ...claim, applicationVersion: this.#applicationVersion });
    } catch (error) {
      this.#log.failure('readoption not asked for, tried again with the next run', error);
    }
  }

  #failed(error: unknown): void {
    const coded = error instanceof CodedError ? error : new CodedError('internal');
    this.#log.failure('sync failed', error);
    this.#failures += 1;
    const unreachable = coded.code === 'unreachable' || coded.code === 'untrusted_answer';
    this.#last = { ...this.#last, resultCode: coded.code, online: !unreachable };
    this.#schedule(backoffMilliseconds(this.#failures, Number(coded.details.retryAfterSeconds ?? 0), this.#random()));
  }

  /** What passes is no outage, however often it is cut off: the next pause is a short one. */
  #answered(done: number, total: number): void {
    if (done > 0) this.#failures = 0;
    this.#progress = { done, total };
    this.#onChange(this.status());
  }

  /** Whether head office can be told or not, everything else goes on: a server of before does not know this report. */
  async #tryToReportDamage(): Promise<void> {
    try {
      await this.#reportDamage();
    } catch (error) {
      this.#log.failure('damage not reported, tried again with the next run', error);
    }
  }

  /** Head office is told which records it will never get, and why. */
  async #reportDamage(): Promise<void> {
    const { epoch } = this.#kiosk.identity;
    if (this.#told.epoch !== epoch) this.#told.sequences.clear();
    this.#told.epoch = epoch;
    for (;;) {
      const news = this.#ledger.damaged().filter(({ sequence }) => !this.#told.sequences.has(sequence));
      const records = news.slice(0, wireLimits.recordsPerBatch);
      if (records.length === 0) return;
      await this.#server.reportDamage({ records });
      for (const { sequence } of records) this.#told.sequences.add(sequence);
    }
  }

  /**
   * What the next record names, what time it is at the server, whether it was restored, and which configuration is in force: all of
   * it as the pinned key signed it.
   */
  async #heartbeat(): Promise<void> {
    const { identity, serverKey } = this.#kiosk;
    const last = this.#ledger.lastCountersignature() ?? null;
    const { countersignature, configuration } = await this.#server.heartbeat({ countersignature: last });
    if (countersignature.kioskId !== identity.kioskId || !countersignatureHolds(countersignature, serverKey)) {
      throw new CodedError('untrusted_answer', { reason: 'countersignature' });
    }
    this.#ledger.hear(countersignature);
    if (countersignature.epoch !== identity.epoch) await this.#sendAgain(countersignature.epoch);
    // By the server's clock alone: one here that is years ahead would let go of everything at once, one in 1970 of nothing.
    const safeUntil = new Date(Date.parse(countersignature.serverTime) - safetyDays * 86_400_000);
    this.#ledger.eraseDeliveredBefore(safeUntil.toISOString());
    if (configuration === this.#kiosk.current.hash) return;
    await this.#fetchConfiguration();
  }

  /** Of two servers one may have an older one for a while: that is refused, and nothing else stops for it. */
  async #fetchConfiguration(): Promise<void> {
    const signed = await this.#server.fetchConfiguration(this.#kiosk.current.hash);
    try {
      if (signed !== undefined) this.#kiosk.adopt(signed);
    } catch (error) {
      if (!(error instanceof CodedError && error.code === 'configuration_outdated')) throw error;
      this.#log.failure('configuration refused, the one in force stays', error);
    }
  }

  /** The server lost what came after its backup, so all that is still here goes again. Once a run, whatever it says by then. */
  async #sendAgain(epoch: string): Promise<void> {
    const queued = this.#ledger.sendAgain();
    this.#kiosk.enterEpoch(epoch);
    this.#log.info('server was restored, sending again', { queued });
    await this.#delivery.drain();
  }

  #now(): Date {
    return this.#clock.now();
  }
}
