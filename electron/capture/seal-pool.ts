import { type PreparedSeal, prepareSeal } from '../../protocol/seal.ts';

/**
 * Keeps seals ready, so that the slow half of HPKE happens while nobody waits. Each seal is handed out once.
 * `size` is how many are kept ready: a customer needs one.
 */
export class SealPool {
  readonly #publicKey: string;
  readonly #size: number;
  #ready: Promise<PreparedSeal>[] = [];

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
