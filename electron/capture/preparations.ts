import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { toText } from '../../protocol/bytes.ts';
import { receiptCode } from '../../protocol/record.ts';
import { type PreparedSeal, prepareSeal } from '../../protocol/seal.ts';

/** All of a record that does not depend on its customer. */
export interface Preparation {
  recordId: string;
  receiptCode: string;
  /** Base64url of 16 random bytes. */
  manageToken: string;
  seal: PreparedSeal;
}

async function prepare(publicKey: string): Promise<Preparation> {
  const recordId = uuidv7();
  const manageToken = toText(randomBytes(16));
  return { recordId, receiptCode: receiptCode(recordId), manageToken, seal: await prepareSeal(publicKey) };
}

/**
 * Does ahead what can be done while nobody waits: the slow half of HPKE above all. Each preparation is handed out once.
 * `size` is how many are kept ready: a customer needs one.
 */
export class Preparations {
  readonly #publicKey: string;
  readonly #size: number;
  #ready: Promise<Preparation>[] = [];

  /** @param publicKey the server's, raw X25519 as base64url. */
  constructor(publicKey: string, size: number) {
    this.#publicKey = publicKey;
    this.#size = size;
    this.#refill();
  }

  take(): Promise<Preparation> {
    const preparation = this.#ready.shift() ?? prepare(this.#publicKey);
    // After the customer's own work, not before it.
    setImmediate(() => this.#refill());
    return preparation;
  }

  #refill(): void {
    while (this.#ready.length < this.#size) {
      const preparation = prepare(this.#publicKey);
      // Whoever takes it sees the failure; until then it must not count as unhandled.
      preparation.catch(() => undefined);
      this.#ready.push(preparation);
    }
  }
}
