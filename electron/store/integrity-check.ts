import { statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';
import { CodedError } from '../../shared/errors.ts';

/** Up to this size a database is read before the window opens: some hundredths of a second. About 20,000 records. */
const readAtOnceBytes = 32 * 1024 * 1024;

export const isReadAtOnce = (path: string): boolean => statSync(path).size <= readAtOnceBytes;

/** What the thread has to know. */
export interface ThreadOrder {
  path: string;
  nativeBinding: string | undefined;
}

/** Reads the whole database: every page in its place, every row in order. @throws CodedError database_damaged */
export function requireSound(database: Database): void {
  if (database.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new CodedError('database_damaged');
}

/** The same in a thread of its own, while the first screen is already there. */
export class SoundnessCheck {
  /** Rejects with CodedError database_damaged; never settles once it is stopped. */
  readonly sound: Promise<void>;
  readonly #thread: Worker;

  constructor(order: ThreadOrder) {
    // Built, the file lies beside this one, with this one's ending.
    const file = join(import.meta.dirname, `integrity-check-thread${extname(import.meta.filename)}`);
    this.#thread = new Worker(file, { workerData: order });
    this.sound = new Promise((resolve, reject) => {
      this.#thread.once('message', resolve);
      this.#thread.once('error', (cause) => reject(new CodedError('database_damaged', {}, { cause })));
    });
    // Whoever waits for it sees the failure; until then it must not count as unhandled.
    this.sound.catch(() => undefined);
  }

  stop(): void {
    this.#thread.removeAllListeners();
    void this.#thread.terminate();
  }
}
