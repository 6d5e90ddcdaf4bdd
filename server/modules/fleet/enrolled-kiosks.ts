import type { Database } from '../../platform/database/connection.ts';

const readEveryMilliseconds = 5_000;

/**
 * The ids of all kiosks, in memory: whoever invents ids costs one read in five seconds, however many they are. A kiosk that has just
 * joined may be among them a few seconds late.
 */
export class EnrolledKiosks {
  readonly #db: Database;
  #readAt = Number.NEGATIVE_INFINITY;
  #ids: Promise<ReadonlySet<string>> = Promise.resolve(new Set());

  constructor(db: Database) {
    this.#db = db;
  }

  async has(id: string): Promise<boolean> {
    if ((await this.#ids).has(id)) return true;
    const now = performance.now();
    if (now - this.#readAt < readEveryMilliseconds) return (await this.#ids).has(id);
    this.#readAt = now;
    const before = this.#ids;
    // While the database is away, those of before are as good.
    this.#ids = this.#read().catch(() => before);
    return (await this.#ids).has(id);
  }

  async #read(): Promise<ReadonlySet<string>> {
    const rows = await this.#db.selectFrom('kiosks').select('id').execute();
    return new Set(rows.map(({ id }) => id));
  }
}
