import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { kioskLaunch, provision } from '../../../tools/local/kiosk-process.ts';
import { type LocalServer, startServer } from '../../../tools/local/server-process.ts';

export const managerPin = '482913';

/** A kiosk in its window. */
export interface OpenKiosk {
  application: ElectronApplication;
  page: Page;
  /** As the power cord does. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** A server and the data folders of one test, all on this machine; `end` leaves nothing behind. */
export class Shop {
  readonly folder = mkdtempSync(join(tmpdir(), 'countersign-e2e-'));
  readonly kioskData = join(this.folder, 'kiosk');
  readonly #serverData = join(this.folder, 'server');
  #server: LocalServer | undefined;
  #port = 0;
  #kiosks: OpenKiosk[] = [];

  /** Starts the server, later again on the same port and data. */
  async openServer(): Promise<LocalServer> {
    this.#server = await startServer(this.#serverData, this.#port);
    this.#port = Number(new URL(this.#server.url).port);
    return this.#server;
  }

  get server(): LocalServer {
    if (this.#server === undefined) throw new Error('the server is not open');
    return this.#server;
  }

  async closeServer(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }

  /** Lays out the enrolment; the kiosk takes it at its next start. */
  async provisionKiosk(): Promise<void> {
    const code = await this.server.createEnrolmentCode('leeds-01');
    provision(this.kioskData, { serverUrl: this.server.url, code, pin: managerPin });
  }

  async openKiosk(size = '1280x800'): Promise<OpenKiosk> {
    const application = await _electron.launch(kioskLaunch(this.kioskData, size));
    const page = await application.firstWindow();
    const gone = new Promise<void>((resolve) => application.process().once('exit', () => resolve()));
    const kiosk: OpenKiosk = {
      application,
      page,
      async kill() {
        application.process().kill('SIGKILL');
        await gone;
      },
      async close() {
        if (application.process().exitCode === null) await application.close();
      },
    };
    this.#kiosks.push(kiosk);
    return kiosk;
  }

  /** A server, an enrolled kiosk, and its attract screen. */
  async openEnrolledKiosk(size?: string): Promise<OpenKiosk> {
    await this.openServer();
    await this.provisionKiosk();
    const kiosk = await this.openKiosk(size);
    await kiosk.page.locator('[data-screen=attract]').waitFor();
    return kiosk;
  }

  async end(): Promise<void> {
    for (const kiosk of this.#kiosks) await kiosk.close().catch(() => undefined);
    await this.closeServer();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What head office finds under a number; see the server's route. */
export interface FoundRecord {
  receiptCode: string;
  state: string;
  countersignedAt: string | null;
  number: string;
  language: string;
  choices: { purpose: string; channel: string; answer: string }[];
}

export async function recordsOf(server: LocalServer, number: string): Promise<FoundRecord[]> {
  const answer = (await server.askAsHeadOffice('POST', '/v1/subjects/lookup', { number })) as { records: FoundRecord[] };
  return answer.records;
}
