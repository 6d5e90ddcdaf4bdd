import { setTimeout as delay } from 'node:timers/promises';
import type { CodeChecked, CodeSent } from '../../shared/contracts/ipc.ts';
import { CodedError } from '../../shared/errors.ts';
import type { ServerConnection } from './server-connection.ts';

/** The server opens a record right behind its intake; how often and how long to ask until it has. */
const askAgainMilliseconds = 250;
const asksAtMost = 12;

/**
 * The code a customer gets by text while they wait. The kiosk never sees the number again: it names the record, and the server
 * knows whom to text.
 */
export class Verification {
  readonly #server: ServerConnection;
  /** Sends what is unsent; the record has to be at the server first. */
  readonly #deliver: () => Promise<unknown>;
  #verificationId: string | undefined;
  /** Counts customers, so that a code that was still being asked for when one left is not the next one's. */
  #session = 0;

  constructor(server: ServerConnection, deliver: () => Promise<unknown>) {
    this.#server = server;
    this.#deliver = deliver;
  }

  /** @throws CodedError as the contract names them for `verification:send`. */
  async send(recordId: string): Promise<CodeSent> {
    const session = this.#session;
    await this.#deliver();
    const { verificationId, triesLeft, resendAfterSeconds } = await this.#request(recordId);
    if (session === this.#session) this.#verificationId = verificationId;
    return { digits: 6, triesLeft, resendAfterSeconds };
  }

  async check(code: string): Promise<CodeChecked> {
    if (this.#verificationId === undefined) throw new CodedError('verification_over');
    return this.#server.checkVerification(this.#verificationId, code);
  }

  end(): void {
    this.#session += 1;
    this.#verificationId = undefined;
  }

  async #request(recordId: string) {
    for (let ask = 1; ; ask++) {
      try {
        return await this.#server.requestVerification(recordId);
      } catch (error) {
        if (!(error instanceof CodedError && error.code === 'record_unknown') || ask === asksAtMost) throw error;
        await delay(askAgainMilliseconds);
      }
    }
  }
}
