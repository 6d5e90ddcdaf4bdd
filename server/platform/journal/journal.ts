import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Logger } from 'pino';
import { CodedError } from '../../../shared/errors.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Tables } from '../database/types.ts';
import type { ServerKeys } from '../keys/keys.ts';
import { withoutMessage } from '../logging/without-message.ts';
import type { JournalEntry } from './entry.ts';
import { JournalFiles } from './journal-files.ts';
import { fromLine, toLine } from './journal-lines.ts';

/**
 * - `failing`: what is told to it cannot be written; it waits in the database and is tried again every minute
 * - `missing`: the folder is not the one that the database knows. A restore from a backup would ask everybody again
 * - `damaged`: lines in it cannot be read
 */
export type JournalState = 'ok' | 'failing' | 'missing' | 'damaged';

export interface JournalSettings {
  folder: string;
  db: Database;
  keys: ServerKeys;
  clock: () => Date;
  logger: Logger;
}

const linesAtOnce = 1_000;

/**
 * What a restored database must not forget, in files beside it. An entry is committed with what it tells, sealed, and is on the disk
 * of the journal before anybody is answered; where that disk fails, it waits in the database.
 */
export class Journal {
  readonly #settings: JournalSettings;
  readonly #files: JournalFiles;
  /** Of the folder that entries go to. */
  #id: string | null = null;
  #isMissing = false;
  #isFailing = false;
  #damagedLines = 0;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(settings: JournalSettings) {
    this.#settings = settings;
    this.#files = new JournalFiles(settings.folder, settings.clock);
  }

  get state(): JournalState {
    if (this.#isFailing) return 'failing';
    if (this.#isMissing) return 'missing';
    return this.#damagedLines > 0 ? 'damaged' : 'ok';
  }

  /**
   * Finds the folder's journal, and has a new database remember it. A folder that is not there, or cannot be used, stops nothing.
   */
  async open(): Promise<void> {
    const { db } = this.#settings;
    await this.#try(async () => {
      this.#id = await this.#files.begin();
      await db.updateTable('server_state').set({ journal_id: this.#id }).where('journal_id', 'is', null).execute();
    });
    const { journal_id } = await db.selectFrom('server_state').select('journal_id').executeTakeFirstOrThrow();
    this.#isMissing = journal_id !== this.#id;
  }

  /** Whether the folder is not the one that the database knows. */
  get isMissing(): boolean {
    return this.#isMissing;
  }

  /** From now on the database knows the folder as its journal. `adopted` is called when it has committed. */
  async adopt(db: Database): Promise<void> {
    await db.updateTable('server_state').set({ journal_id: this.#id }).execute();
  }

  adopted(): void {
    this.#isMissing = false;
  }

  /** @param transaction of what the entry tells. `write` is called when it has committed. */
  async add(transaction: Transaction<Tables>, entry: JournalEntry): Promise<void> {
    const { primary } = await this.#settings.keys.master.inUse(transaction);
    const row = { id: randomUUID(), line: toLine(primary, entry) };
    await transaction.insertInto('unwritten_journal_lines').values(row).execute();
  }

  /**
   * Writes everything that was committed and is not written yet, also by other servers. Never throws: what stops something has been
   * done, whether or not it can be written down.
   */
  async write(): Promise<void> {
    const before = this.#writing;
    this.#writing = before.then(() => this.#try(() => this.#writeAll()));
    await this.#writing;
  }

  /** All entries that can be read, in the order of their numbers. Those that cannot are counted and told. */
  async read(): Promise<JournalEntry[]> {
    const { keys, logger } = this.#settings;
    const entries: JournalEntry[] = [];
    const isRead = await this.#try(async () => {
      this.#damagedLines = 0;
      const seen = new Set<string>();
      for (const { file, number, text } of await this.#files.read()) {
        // Twice where the database rolled back, or lost, that it had been written.
        if (seen.has(text)) continue;
        seen.add(text);
        const entry = fromLine(keys.master, text);
        if (entry !== null) entries.push(entry);
        else {
          this.#damagedLines += 1;
          logger.error({ code: 'journal_damaged', file, line: number }, 'a line of the journal cannot be read');
        }
      }
    });
    // What cannot be read is as good as lost.
    if (!isRead) this.#isMissing = true;
    return entries.sort((a, b) => a.serverSequence - b.serverSequence);
  }

  async #writeAll(): Promise<void> {
    this.#id ??= await this.#files.begin();
    // Another disk in its place, or none: what is written there would be looked for in vain.
    if (this.#id !== (await this.#files.id())) throw new CodedError('journal_moved');
    for (let written = linesAtOnce; written === linesAtOnce; ) {
      written = await inTransaction(this.#settings.db, async (transaction) => {
        // Whoever comes second waits here until the lines of the first are on the disk.
        const waiting = await transaction
          .selectFrom('unwritten_journal_lines')
          .selectAll()
          .orderBy('id')
          .limit(linesAtOnce)
          .forUpdate()
          .execute();
        if (waiting.length === 0) return 0;
        await this.#files.append(waiting.map(({ line }) => line));
        await transaction
          .deleteFrom('unwritten_journal_lines')
          .where(
            'id',
            'in',
            waiting.map(({ id }) => id),
          )
          .execute();
        return waiting.length;
      });
    }
  }

  async #try(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.#isFailing = false;
      return true;
    } catch (error) {
      this.#isFailing = true;
      this.#settings.logger.error(
        { code: 'journal_failing', error: withoutMessage(error) },
        'the journal cannot be used',
      );
      return false;
    }
  }
}
