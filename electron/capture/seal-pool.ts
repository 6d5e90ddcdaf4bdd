import { type PreparedSeal, prepareSeal } from '../../protocol/seal.ts';

/**
 * Does the slow half of sealing ahead, while nobody waits. `size` is how many seals are kept ready: a customer needs one, and
 * each is handed out once.
 */
export class SealPool {
  readonly #publicKey: string;
  readonly #size: number;
  #ready: Promise<PreparedSeal>[] = [];

  /** @param publicKey the server's, raw X25519 as base64url. */
  constructor(publicKey: string, size: number) {
    this.#publicKey = publicKey;
    this.#size = size;
    this.#refill();
  }

  take(): Promise<PreparedSeal> {
    const seal = this.#ready.shift() ?? prepareSeal(this.#publicKey);
    // After the customer's own work, not before it.
    setImmediate(() => this.#refill());
    return seal;
  }

  #refill(): void {
    while (this.#ready.length < this.#size) {
      const seal = prepareSeal(this.#publicKey);
      // Whoever takes it sees the failure; until then it must not count as unhandled.
      seal.catch(() => undefined);
      this.#ready.push(seal);
    }
  }
}
