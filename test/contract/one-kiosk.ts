import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { KioskApplication } from '../../electron/application.ts';
import type { Configuration } from '../../shared/configuration.ts';
import { startTestServer, type TestServer } from '../server/test-server.ts';
import { managerPin, temporaryFolder } from '../support/enrolled-folder.ts';
import { britishMobile, draftFor, openApplication, silentLog, withdrawalFor } from '../support/kiosk.ts';
import { ShopLine } from './shop-line.ts';

/** The kiosk's own application, without a window, and the server, over loopback and real databases. */
export class OneKiosk {
  readonly server: TestServer;
  readonly line: ShopLine;
  readonly folder = temporaryFolder();
  kiosk: KioskApplication;

  private constructor(server: TestServer, line: ShopLine) {
    this.server = server;
    this.line = line;
    this.kiosk = openApplication(this.folder);
  }

  /** The kiosk is not enrolled yet. */
  static async open(): Promise<OneKiosk> {
    const server = await startTestServer();
    await server.app.listen({ port: 0, host: '127.0.0.1' });
    return new OneKiosk(server, await ShopLine.to((server.app.server.address() as AddressInfo).port));
  }

  async close(): Promise<void> {
    await this.kiosk.close();
    await this.line.close();
    await this.server.close();
  }

  async enrol(code?: string): Promise<void> {
    const form = {
      serverUrl: this.line.url,
      code: code ?? (await this.server.createCode('leeds-01')),
      pin: managerPin,
    };
    await this.kiosk.enrol(form);
  }

  configuration(): Configuration {
    const state = this.kiosk.state();
    if (state.state !== 'ready') throw new Error(`kiosk is ${state.state}`);
    return state.configuration;
  }

  capture(index: number) {
    return this.kiosk.handlers()['capture:save'](draftFor(this.configuration(), britishMobile(index)));
  }

  withdraw(index: number) {
    return this.kiosk.handlers()['capture:save'](withdrawalFor(this.configuration(), britishMobile(index)));
  }

  async sync() {
    await this.kiosk.handlers()['manager:unlock']({ pin: managerPin });
    return this.kiosk.handlers()['manager:sync']();
  }

  /** Runs syncs until nothing is under way that began before this call. */
  async syncTwice() {
    await this.sync();
    return this.sync();
  }

  async fleet() {
    const { json } = await this.server.admin('GET', '/v1/kiosks');
    return (json as { kiosks: { id: string; revokedAt: string | null }[] }).kiosks;
  }

  async countRecords(): Promise<number> {
    return Number((await this.server.database.query('select count(*) as n from records')).rows[0].n);
  }

  /** Sequence numbers of the records whose sealed bodies are still on the kiosk. */
  bodiesKept(): number[] {
    const database = new SqliteDatabase(join(this.folder, 'kiosk.db'), { readonly: true });
    const kept = database
      .prepare('SELECT sequence FROM records WHERE sealed IS NOT NULL ORDER BY sequence')
      .pluck()
      .all();
    database.close();
    return kept as number[];
  }

  /** Switches the kiosk off, changes its file, and switches it on again. */
  async reopenWithFile(change: (path: string) => void): Promise<void> {
    await this.kiosk.close();
    change(join(this.folder, 'kiosk.db'));
    this.kiosk = openApplication(this.folder);
  }

  /** Switches the kiosk off and on again, with a clock that is wrong by so much. */
  async reopenWithClock(milliseconds: number): Promise<void> {
    await this.kiosk.close();
    const now = () => new Date(Date.now() + milliseconds);
    this.kiosk = openApplication(this.folder, silentLog, () => undefined, Math.random, now);
  }

  async damage(statement: string): Promise<void> {
    await this.reopenWithFile((path) => {
      const database = new SqliteDatabase(path);
      database.exec(statement);
      database.close();
    });
  }
}
