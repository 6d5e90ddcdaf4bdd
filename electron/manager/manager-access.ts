import type { UnlockAnswer } from '../../shared/contracts/ipc.ts';
import { CodedError } from '../../shared/errors.ts';
import { elapsed, type Moment } from '../../shared/moment.ts';
import type { Attestation } from '../../shared/record/body.ts';
import type { Documents } from '../store/documents.ts';
import { PinLock } from './pin-lock.ts';

/** However long somebody works on the manager's screen, it locks again after this. */
const sessionMilliseconds = 10 * 60_000;
/** How long after the PIN an attestation for a guardian is good. */
const attestationMilliseconds = 5 * 60_000;

/**
 * Who may use the manager's screen, and who may vouch for a guardian: staff with a PIN of their own, or the manager for as long
 * as staff have none. Each PIN counts its own failures.
 */
export class ManagerAccess {
  readonly #manager: PinLock;
  readonly #staff: PinLock;
  readonly #now: () => Moment;
  #openSince: Moment | undefined;
  #attestation: { by: Attestation; since: Moment } | undefined;

  constructor(documents: Documents, now: () => Moment) {
    const monotonic = () => now().monotonic;
    this.#manager = new PinLock(documents, 'manager_pin', monotonic);
    this.#staff = new PinLock(documents, 'staff_pin', monotonic);
    this.#now = now;
  }

  /** Opens the manager's screen. @throws CodedError not_enrolled */
  async unlock(pin: string): Promise<UnlockAnswer> {
    const answer = await this.#manager.try(pin);
    if (answer.unlocked) this.#openSince = this.#now();
    return answer;
  }

  lock(): void {
    this.#openSince = undefined;
  }

  /** @throws CodedError manager_locked */
  requireUnlocked(): void {
    if (!this.#lasts(this.#openSince, sessionMilliseconds)) throw new CodedError('manager_locked');
  }

  /** Whose PIN vouches for a guardian. */
  get attestsWith(): Attestation {
    return this.#staff.isSet ? 'staff_pin' : 'manager_pin';
  }

  /** Vouches for one guardian; opens no screen. @throws CodedError not_enrolled */
  async attest(pin: string): Promise<UnlockAnswer> {
    const by = this.attestsWith;
    const answer = await (by === 'staff_pin' ? this.#staff : this.#manager).try(pin);
    if (answer.unlocked) this.#attestation = { by, since: this.#now() };
    return answer;
  }

  /** The customer it was given for has gone. */
  dropAttestation(): void {
    this.#attestation = undefined;
  }

  /** Uses an attestation up. @returns whose PIN it was. @throws CodedError attestation_missing */
  takeAttestation(): Attestation {
    const attestation = this.#attestation;
    this.dropAttestation();
    if (attestation === undefined || !this.#lasts(attestation.since, attestationMilliseconds)) {
      throw new CodedError('attestation_missing');
    }
    return attestation.by;
  }

  /** @throws CodedError manager_locked | pins_equal: whoever knows the one would know the other. */
  async setStaffPin(pin: string): Promise<void> {
    this.requireUnlocked();
    if (await this.#manager.fits(pin)) throw new CodedError('pins_equal');
    await this.#staff.set(pin);
  }

  /** By either clock: the monotonic one stands still while the computer sleeps. */
  #lasts(since: Moment | undefined, milliseconds: number): boolean {
    return since !== undefined && elapsed(since, this.#now()) < milliseconds;
  }
}
