import { rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { CodedError } from '../../shared/errors.ts';
import { openDatabase } from './database.ts';
import { Documents } from './documents.ts';
import { isReadAtOnce, SoundnessCheck } from './integrity-check.ts';
import { Ledger } from './ledger.ts';

/** The kiosk's one database file and what is kept in it. */
export class KioskDatabase {
  readonly ledger: Ledger;
  readonly documents: Documents;
  readonly #database: Database;
  readonly #path: string;
  readonly #check: SoundnessCheck | undefined;

  /** @throws as openDatabase does. */
  constructor(folder: string, nativeBinding: string | undefined) {
    this.#path = join(folder, 'kiosk.db');
    this.#database = openDatabase(this.#path, nativeBinding);
    this.#check = isReadAtOnce(this.#path) ? undefined : new SoundnessCheck({ path: this.#path, nativeBinding });
    this.ledger = new Ledger(this.#database);
    this.documents = new Documents(this.#database);
  }

  /** Settles when the whole file has been read; before that nothing must be written. Rejects with CodedError database_damaged. */
  get sound(): Promise<void> {
    return this.#check?.sound ?? Promise.resolve();
  }

  transaction(work: () => void): void {
    this.#database.transaction(work)();
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(dirname(this.#path));
    return bavail * bsize;
  }

  close(): void {
    this.#check?.stop();
    this.#database.close();
  }

  /**
   * What the server has not countersigned is only here. It may be thrown away when it can no longer be sent, and then only by
   * somebody who says so.
   * @throws CodedError reset_refused_unsent (details.unsent: how many; details.mayDiscard: whether they can be thrown away)
   */
  requireNothingLost(isRevoked: boolean, discard: boolean): void {
    const { unsent, refused, damaged } = this.ledger.counts();
    const here = unsent + refused + damaged;
    const mayDiscard = isRevoked || unsent === 0;
    if (here > 0 && !(discard && mayDiscard))
      throw new CodedError('reset_refused_unsent', { unsent: here, mayDiscard });
  }

  /**
   * Forgets everything: records, keys, PIN, configuration. The database is closed and its files are gone when this returns. Ask
   * requireNothingLost before.
   */
  erase(): void {
    this.#database.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.#path + suffix, { force: true });
  }
}
