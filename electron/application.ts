import { isDeepStrictEqual } from 'node:util';
import type {
  CodeSent,
  EnrolmentForm,
  KioskState,
  ManagerStatus,
  ProvisioningProblem,
  SyncStatus,
} from '../shared/contracts/ipc.ts';
import { CodedError } from '../shared/errors.ts';
import { CaptureService, type Clock } from './capture/capture-service.ts';
import { SealPool } from './capture/seal-pool.ts';
import { enrol } from './enrolment/enrolment.ts';
import type { IpcHandlers } from './ipc.ts';
import { Kiosk } from './kiosk.ts';
import type { KioskLog } from './log.ts';
import { ManagerAccess } from './manager/manager-access.ts';
import { ServerConnection } from './server-client/server-connection.ts';
import { Verification } from './server-client/verification.ts';
import { KioskDatabase } from './store/kiosk-database.ts';
import { SyncLoop } from './sync/sync-loop.ts';

/** What an enrolled kiosk works with. */
interface Running {
  kiosk: Kiosk;
  capture: CaptureService;
  sync: SyncLoop;
  verification: Verification;
  access: ManagerAccess;
}

export interface ApplicationParts {
  dataFolder: string;
  nativeBinding: string | undefined;
  applicationVersion: string;
  /** For the manager's eyes: which Electron this is. */
  runtime: string;
  keyring: () => ManagerStatus['keyring'];
  clock: Clock;
  /** In [0, 1): kiosks that were cut off together do not come back together. */
  random: () => number;
  /** Milliseconds: the first screen comes before the first request. */
  firstSyncAfter: number;
  log: KioskLog;
  onState: (state: KioskState) => void;
  onSync: (status: SyncStatus) => void;
}

/**
 * The kiosk without its window: opens the store, runs the services of an enrolled kiosk, and moves between the three states
 * not enrolled, ready and stopped. Needs no Electron, so tests and benchmarks run this very code.
 */
export class KioskApplication {
  readonly #parts: ApplicationParts;
  #store: KioskDatabase | undefined;
  #running: Running | undefined;
  #stopReason = '';
  #provisioning: ProvisioningProblem | null = null;
  #enrolment: Promise<void> = Promise.resolve();

  constructor(parts: ApplicationParts) {
    this.#parts = parts;
    this.#open();
  }

  /** The handlers behind the IPC contract. */
  handlers(): Omit<IpcHandlers, 'screen:failed'> {
    return {
      'kiosk:state': () => this.state(),
      'kiosk:enrol': (form) => this.enrol(form),
      'capture:save': async (draft) => {
        await this.#whenSound();
        return await this.#enrolled().capture.save(draft);
      },
      'verification:send': () => this.#sendCode(),
      'verification:check': ({ code }) => this.#enrolled().verification.check(code),
      'verification:end': () => this.#endSession(),
      'staff:attest': async ({ pin }) => {
        await this.#whenSound();
        return await this.#enrolled().access.attest(pin);
      },
      'manager:unlock': async ({ pin }) => {
        await this.#whenSound();
        return await this.#enrolled().access.unlock(pin);
      },
      'manager:lock': () => this.#running?.access.lock(),
      'manager:status': () => this.#managerStatus(),
      'manager:staff_pin': ({ pin }) => this.#setStaffPin(pin),
      'manager:sync': () => this.#unlocked().sync.tryEverything(),
      'manager:reset': ({ discard }) => this.#reset(discard),
    };
  }

  state(): KioskState {
    const { applicationVersion } = this.#parts;
    if (this.#stopReason !== '') return { state: 'stopped', applicationVersion, reason: this.#stopReason };
    if (this.#running === undefined)
      return { state: 'not_enrolled', applicationVersion, provisioning: this.#provisioning };
    const { kiosk, access } = this.#running;
    if (kiosk.isRevoked) return { state: 'stopped', applicationVersion, reason: 'kiosk_revoked' };
    const { configuration, hash } = kiosk.current;
    const attestsWith = access.attestsWith;
    return { state: 'ready', applicationVersion, configuration, configurationHash: hash, attestsWith };
  }

  /** The provisioning file has a problem, or none any more: the set-up screen says so. */
  provisioningProblem(problem: ProvisioningProblem | null): void {
    if (isDeepStrictEqual(problem, this.#provisioning)) return;
    this.#provisioning = problem;
    this.#parts.onState(this.state());
  }

  /** One at a time: the file and somebody at the screen may both be at it. @throws CodedError already_enrolled, or as enrol does. */
  enrol(form: EnrolmentForm): Promise<void> {
    const enrolled = this.#enrolment.then(() => this.#enrol(form));
    this.#enrolment = enrolled.catch(() => undefined);
    return enrolled;
  }

  async #enrol(form: EnrolmentForm): Promise<void> {
    if (this.#running !== undefined) throw new CodedError('already_enrolled');
    await enrol(form, this.#parts.applicationVersion, this.#opened(), this.#parts.clock.now());
    this.#run();
    this.#parts.log.info('enrolled');
    this.#parts.onState(this.state());
  }

  /** The computer slept, or the page began anew: whoever opened something before need not be who is there now. */
  leftAlone(): void {
    this.#running?.access.lock();
    this.#endSession();
  }

  networkReturned(): void {
    void this.#whenSound().then(
      () => this.#running?.sync.networkReturned(),
      () => undefined,
    );
  }

  /** Lets a run of the sync end and closes the database. */
  async close(): Promise<void> {
    await this.#running?.sync.stop();
    this.#store?.close();
  }

  /** A store that cannot be used stops the capture, visibly; the file is left as it is. */
  #open(): void {
    try {
      this.#store = new KioskDatabase(this.#parts.dataFolder, this.#parts.nativeBinding);
      this.#run();
      this.#store.sound.catch((error) => {
        this.#halt(error);
        this.#parts.onState(this.state());
      });
    } catch (error) {
      this.#halt(error);
    }
  }

  #halt(error: unknown): void {
    this.#running = undefined;
    this.#parts.log.failure('kiosk stopped', error);
    this.#stopReason = error instanceof CodedError ? error.code : 'database_damaged';
  }

  /** To be awaited before anything is written: resolves once the database is known to be intact. @throws CodedError storage_failed */
  async #whenSound(): Promise<void> {
    try {
      await this.#opened().sound;
    } catch {
      throw new CodedError('storage_failed');
    }
  }

  #run(): void {
    const { ledger, documents } = this.#opened();
    if (documents.read('identity') === undefined) return;
    const { clock, random, log, applicationVersion, firstSyncAfter } = this.#parts;
    const kiosk = new Kiosk(documents, () => this.#parts.onState(this.state()));
    const server = new ServerConnection(kiosk, () => clock.now());
    const { onSync: onChange } = this.#parts;
    const sync = new SyncLoop({ ledger, kiosk, server, log, clock, random, onChange, applicationVersion });
    const access = new ManagerAccess(documents, () => ({ monotonic: clock.monotonic(), wall: clock.now().getTime() }));
    const capture = new CaptureService({
      ledger,
      kiosk,
      seals: new SealPool(kiosk.identity.sealKey.publicKey, 2),
      clock,
      applicationVersion,
      onCaptured: () => sync.captured(),
      isOnline: () => sync.status().online,
      takeAttestation: () => access.takeAttestation(),
    });
    const verification = new Verification(server, () => sync.runNow());
    this.#running = { kiosk, capture, sync, verification, access };
    this.#whenSound().then(
      () => sync.start(firstSyncAfter),
      () => undefined,
    );
  }

  /** @throws CodedError nothing_saved, or as Verification does. */
  #sendCode(): Promise<CodeSent> {
    const { capture, verification } = this.#enrolled();
    if (capture.lastRecordId === undefined) throw new CodedError('nothing_saved');
    return verification.send(capture.lastRecordId);
  }

  #endSession(): void {
    this.#running?.capture.endSession();
    this.#running?.verification.end();
    this.#running?.access.dropAttestation();
  }

  async #managerStatus(): Promise<ManagerStatus> {
    const { kiosk, sync, access } = this.#unlocked();
    const { applicationVersion, runtime, keyring } = this.#parts;
    const { kioskId, storeId, serverUrl } = kiosk.identity;
    const store = this.#opened();
    return {
      kioskId,
      storeId,
      serverUrl,
      applicationVersion,
      runtime,
      freeBytes: await store.freeBytes(),
      keyring: keyring(),
      staffPin: access.attestsWith === 'staff_pin',
      sync: sync.status(),
      recent: store.ledger.recent(20),
    };
  }

  async #setStaffPin(pin: string): Promise<void> {
    const { access } = this.#unlocked();
    await access.setStaffPin(pin);
    this.#parts.onState(this.state());
  }

  /** @param discard also what exists nowhere else, which is allowed only when it can no longer go to head office. */
  async #reset(discard: boolean): Promise<void> {
    const { kiosk, sync } = this.#unlocked();
    const store = this.#opened();
    const requireNothingLost = () => store.requireNothingLost(kiosk.isRevoked, discard);
    requireNothingLost();
    await sync.stop();
    try {
      requireNothingLost();
    } catch (error) {
      this.#run();
      throw error;
    }
    const { unsent, refused, damaged } = store.ledger.counts();
    const { kioskId } = kiosk.identity;
    store.erase();
    this.#running = undefined;
    this.#parts.log.info('kiosk reset', { kioskId, revoked: kiosk.isRevoked, unsent, refused, damaged });
    this.#open();
    this.#parts.onState(this.state());
  }

  #opened(): KioskDatabase {
    if (this.#store === undefined) throw new CodedError('storage_failed');
    return this.#store;
  }

  #enrolled(): Running {
    if (this.#running === undefined) throw new CodedError('not_enrolled');
    return this.#running;
  }

  #unlocked(): Running {
    const running = this.#enrolled();
    running.access.requireUnlocked();
    return running;
  }
}
