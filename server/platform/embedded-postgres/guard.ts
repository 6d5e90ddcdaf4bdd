import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { CodedError } from '../../../shared/errors.ts';

export const databaseName = 'countersign';

/** Held for as long as a server uses the folder; the operating system lets go of it even when the server is killed. */
const ownerLock = 1_129_270_867;

/**
 * Keeps a folder's database for one server, by a lock that lives with a connection; and when that connection breaks although
 * nobody asked for it, starts the database again on the same port.
 */
export class Guard {
  readonly #folder: string;
  readonly #url: string;
  readonly #restart: () => Promise<unknown>;
  #client: pg.Client | null = null;
  #released = false;

  constructor(folder: string, url: string, restart: () => Promise<unknown>) {
    this.#folder = folder;
    this.#url = url;
    this.#restart = restart;
  }

  /** @throws CodedError data_folder_in_use */
  async takeOwnership(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url, keepAlive: true });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [ownerLock]);
    if (rows[0]?.taken !== true) {
      await client.end();
      throw new CodedError('data_folder_in_use', { folder: this.#folder });
    }
    const existing = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (existing.rowCount === 0) await client.query(`create database ${databaseName}`);
    this.#client = client;
    client.once('end', () => void this.#recover());
  }

  async release(): Promise<void> {
    this.#released = true;
    await this.#client?.end().catch(() => undefined);
  }

  async #recover(): Promise<void> {
    while (!this.#released) {
      // PostgreSQL comes back by itself when one of its sessions crashed; only when it is gone is it started again.
      const back = await this.takeOwnership().then(
        () => true,
        () => false,
      );
      if (back) return;
      await delay(500);
      if (!this.#released) await this.#restart().catch(() => undefined);
    }
  }
}
