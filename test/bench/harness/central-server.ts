import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type EmbeddedDatabase, startEmbedded } from '../../../server/platform/embedded-postgres/embedded.ts';
import { type LocalServer, startServer } from '../../../tools/local/server-process.ts';

/** The central server as a process of its own, and a way into its database: an embedded PostgreSQL that syncs to the disk. */
export class CentralServer {
  readonly databaseUrl: string;
  readonly server: LocalServer;
  readonly database: pg.Pool;
  readonly #embedded: EmbeddedDatabase;

  private constructor(embedded: EmbeddedDatabase, server: LocalServer) {
    this.databaseUrl = embedded.url;
    this.#embedded = embedded;
    this.server = server;
    this.database = new pg.Pool({ connectionString: embedded.url, max: 2 });
    // A connection on its way out may still hear that PostgreSQL is stopping.
    this.database.on('error', () => undefined);
  }

  static async start(folder: string): Promise<CentralServer> {
    const embedded = await startEmbedded(join(folder, 'database'));
    const environment = { DATABASE_URL: embedded.url, COUNTERSIGN_ENROLMENTS_PER_MINUTE: '100000' };
    return new CentralServer(embedded, await startServer(join(folder, 'server'), 0, environment));
  }

  /** Waits until every record is opened. @returns the milliseconds. */
  async opened(): Promise<number> {
    const started = performance.now();
    while ((await this.count('unopened_records')) > 0) await delay(20);
    return performance.now() - started;
  }

  async count(table: 'records' | 'unopened_records' | 'opened_records' | 'alarms'): Promise<number> {
    const { rows } = await this.database.query<{ count: string }>(`select count(*) from ${table}`);
    return Number(rows[0]?.count);
  }

  /** Back to what it was after the enrolments: the next round starts where the last one did. */
  async forgetRecords(): Promise<void> {
    await this.opened();
    await this.database.query(
      `truncate records, sealed_bodies, unopened_records, stray_records, opened_records, subject_numbers, gaps, alarms, request_nonces, subjects cascade`,
    );
    await this.database.query('delete from countersignatures where sequence > 0');
    await this.database.query('update kiosks set highest_sequence = 0, in_order_sequence = 0, delivered = 0');
    await this.database.query('checkpoint');
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.database.end();
    await this.#embedded.stop();
  }
}
