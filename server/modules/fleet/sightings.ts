import { sql } from 'kysely';
import type { Database } from '../../platform/database/connection.ts';
import { inTransaction } from '../../platform/database/transaction.ts';

/** Long enough that the polls of a fleet share one commit. */
const flushMilliseconds = 2_000;

/**
 * When kiosks were last heard of, written for all of them together: a poll by itself costs the database no commit. What is not yet
 * written when a server dies is lost, and the kiosk's next poll says it again.
 */
export class Sightings {
  readonly #db: Database;
  #seen = new Map<string, Date>();
  #timer: NodeJS.Timeout | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  note(kioskId: string, at: Date): void {
    this.#seen.set(kioskId, at);
    this.#timer ??= setTimeout(() => void this.flush(), flushMilliseconds).unref();
  }

  /** Never throws: where the database cannot be written, they are written with the next ones. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const seen = this.#seen;
    if (seen.size === 0) return;
    this.#seen = new Map();
    await this.#write(seen).catch(() => {
      this.#seen = new Map([...seen, ...this.#seen]);
    });
  }

  async #write(seen: ReadonlyMap<string, Date>): Promise<void> {
    await inTransaction(this.#db, async (transaction) => {
      await sql`
        update kiosks set last_seen_at = greatest(last_seen_at, seen.at)
        from unnest(${[...seen.keys()]}::uuid[], ${[...seen.values()]}::timestamptz[]) as seen (id, at)
        where kiosks.id = seen.id`.execute(transaction);
    });
  }
}
