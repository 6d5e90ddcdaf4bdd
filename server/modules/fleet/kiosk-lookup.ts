import type { Database } from '../../platform/database/connection.ts';
import type { Kiosk } from '../../platform/database/types.ts';

/**
 * Finds the kiosk of a request. All that ask while one look-up is under way are looked up together in the next: kiosks whose records
 * shared a commit come back together. Nothing is remembered, so whoever is revoked is so at once, on every server.
 */
export class KioskLookup {
  readonly #db: Database;
  #asked = new Set<string>();
  #underWay: Promise<unknown> = Promise.resolve();
  #next: Promise<Map<string, Kiosk>> | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  /** @param id a UUID. */
  async find(id: string): Promise<Kiosk | undefined> {
    this.#asked.add(id);
    if (this.#next === null) {
      const before = this.#underWay;
      this.#next = this.#afterwards(before);
      this.#underWay = this.#next.catch(() => undefined);
    }
    return (await this.#next).get(id);
  }

  async #afterwards(before: Promise<unknown>): Promise<Map<string, Kiosk>> {
    await before;
    const ids = [...this.#asked];
    this.#asked = new Set();
    this.#next = null;
    const kiosks = await this.#db.selectFrom('kiosks').selectAll().where('id', 'in', ids).execute();
    return new Map(kiosks.map((kiosk) => [kiosk.id, kiosk]));
  }
}
