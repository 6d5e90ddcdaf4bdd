import type { UnlockAnswer } from '../../shared/contracts/ipc.ts';
import { CodedError } from '../../shared/errors.ts';
import type { Documents } from '../store/documents.ts';
import { pinFits } from './pin.ts';

/** Wrong PINs that cost nothing; from then on the wait doubles: 5 s, 10 s, 20 s, ... up to an hour. */
const freeFailures = 2;
const firstWaitSeconds = 5;
const longestWaitSeconds = 3600;
/** However long somebody works on the manager's screen, it locks again after this. */
const sessionMilliseconds = 10 * 60_000;
/** How long after the PIN an attestation for a guardian is good. */
const attestationMilliseconds = 5 * 60_000;

/**
 * Who may use the manager's screen. The number of failures is stored before a PIN is tried, so killing the application during
 * the check gains nothing; the wait runs on the monotonic clock and starts again in full when the application does, so neither
 * a restart nor a changed clock shortens it.
 */
export class ManagerAccess {
  readonly #documents: Documents;
  /** Milliseconds, monotonic. */
  readonly #now: () => number;
  #waitFrom: number;
  #openUntil = Number.NEGATIVE_INFINITY;
  #attestedUntil = Number.NEGATIVE_INFINITY;
  #attempt: Promise<unknown> = Promise.resolve();

  constructor(documents: Documents, monotonic: () => number) {
    this.#documents = documents;
    this.#now = monotonic;
    this.#waitFrom = monotonic();
  }

  /** Opens the manager's screen. Attempts during a wait are not even tried. @throws CodedError not_enrolled */
  async unlock(pin: string): Promise<UnlockAnswer> {
    const answer = await this.#tryInTurn(pin);
    if (answer.unlocked) this.#openUntil = this.#now() + sessionMilliseconds;
    return answer;
  }

  /** The same PIN, to vouch for one guardian; opens no screen. */
  async attest(pin: string): Promise<UnlockAnswer> {
    const answer = await this.#tryInTurn(pin);
    if (answer.unlocked) this.#attestedUntil = this.#now() + attestationMilliseconds;
    return answer;
  }

  /** The customer it was given for has gone. */
  dropAttestation(): void {
    this.#attestedUntil = Number.NEGATIVE_INFINITY;
  }

  /** Uses an attestation up. @throws CodedError attestation_missing */
  takeAttestation(): void {
    if (this.#now() >= this.#attestedUntil) throw new CodedError('attestation_missing');
    this.dropAttestation();
  }

  lock(): void {
    this.#openUntil = Number.NEGATIVE_INFINITY;
  }

  /** @throws CodedError manager_locked */
  requireUnlocked(): void {
    if (this.#now() >= this.#openUntil) throw new CodedError('manager_locked');
  }

  /** One attempt at a time, so that many at once do not share one failure count. */
  #tryInTurn(pin: string): Promise<UnlockAnswer> {
    const answer = this.#attempt.then(() => this.#tryPin(pin));
    this.#attempt = answer.catch(() => undefined);
    return answer;
  }

  async #tryPin(pin: string): Promise<UnlockAnswer> {
    const stored = this.#documents.read('manager_pin');
    if (stored === undefined) throw new CodedError('not_enrolled');
    const left = waitSeconds(stored.failures) - (this.#now() - this.#waitFrom) / 1000;
    if (left > 0) return { unlocked: false, waitSeconds: Math.ceil(left) };
    const failures = stored.failures + 1;
    this.#documents.write('manager_pin', { ...stored, failures });
    if (!(await pinFits(stored.hash, pin))) {
      this.#waitFrom = this.#now();
      return { unlocked: false, waitSeconds: waitSeconds(failures) };
    }
    this.#documents.write('manager_pin', { ...stored, failures: 0 });
    return { unlocked: true };
  }
}

function waitSeconds(failures: number): number {
  if (failures <= freeFailures) return 0;
  return Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** (failures - freeFailures - 1));
}
