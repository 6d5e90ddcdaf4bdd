import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { readPostmaster } from '../../../server/platform/embedded-postgres/process.ts';
import { kioskLaunch, provision } from '../../../tools/local/kiosk-process.ts';
import { type LocalServer, startServer } from '../../../tools/local/server-process.ts';
import { pressByHand } from './hand.ts';
import { workerDisplay } from './worker-display.ts';

export const managerPin = '482913';

/** A kiosk in its window. */
export interface OpenKiosk {
  application: ElectronApplication;
  page: Page;
  /** As the power cord does. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** How a kiosk is opened when not in the usual way. */
export interface KioskOptions {
  size?: string;
  /** Its data folder, for a test with several kiosks. */
  data?: string;
  environment?: Record<string, string>;
}

/** A server and the data folders of one test, all on this machine; `end` leaves nothing behind. */
export class Shop {
  readonly folder = mkdtempSync(join(tmpdir(), 'countersign-e2e-'));
  readonly kioskData = join(this.folder, 'kiosk');
  readonly serverData = join(this.folder, 'server');
  /** Settings of the server at each of its starts. */
  readonly serverEnvironment: NodeJS.ProcessEnv = {};
  #server: LocalServer | undefined;
  #port = 0;
  #kiosks: OpenKiosk[] = [];

  /** Starts the server, later again on the same port and data. */
  async openServer(): Promise<LocalServer> {
    this.#server = await startServer(this.serverData, this.#port, this.serverEnvironment);
    this.#port = Number(new URL(this.#server.url).port);
    return this.#server;
  }

  get server(): LocalServer {
    if (this.#server === undefined) throw new Error('the server is not open');
    return this.#server;
  }

  /** @param signal SIGKILL leaves its database running, for the next start to take over. */
  async closeServer(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#server?.stop(signal);
    this.#server = undefined;
  }

  /** Lays out the enrolment; the kiosk takes it at its next start. */
  async provisionKiosk(data = this.kioskData): Promise<void> {
    const code = await this.server.createEnrolmentCode('leeds-01');
    provision(data, { serverUrl: this.server.url, code, pin: managerPin });
  }

  async openKiosk({
    size = '1280x800',
    data = this.kioskData,
    environment = {},
  }: KioskOptions = {}): Promise<OpenKiosk> {
    const launch = kioskLaunch(data, size);
    const display = await workerDisplay();
    const screen = display === undefined ? {} : { DISPLAY: display };
    const application = await _electron.launch({ ...launch, env: { ...launch.env, ...screen, ...environment } });
    const page = await application.firstWindow();
    pressByHand(page);
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

  /** A server (unless it is open), an enrolled kiosk, and its attract screen. */
  async openEnrolledKiosk(options: KioskOptions = {}): Promise<OpenKiosk> {
    if (this.#server === undefined) await this.openServer();
    await this.provisionKiosk(options.data);
    const kiosk = await this.openKiosk(options);
    await kiosk.page.locator('[data-screen=attract]').waitFor();
    return kiosk;
  }

  async closeKiosks(): Promise<void> {
    for (const kiosk of this.#kiosks) await kiosk.close().catch(() => undefined);
  }

  async end(): Promise<void> {
    await this.closeKiosks();
    await this.closeServer();
    await this.#stopOrphanedDatabase();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Command lines of the processes that still work in this shop's folders; none after `end`. */
  processes(): string[] {
    const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return numbers.flatMap((number) => {
      const [command = '', environment = ''] = ['cmdline', 'environ'].map((file) => readProcess(number, file));
      return `${command}\0${environment}\0${folderOf(number)}`.includes(this.folder)
        ? [command.replaceAll('\0', ' ').trim()]
        : [];
    });
  }

  /** What a killed server leaves behind when no other takes it over. */
  async #stopOrphanedDatabase(): Promise<void> {
    const data = join(this.serverData, 'postgres');
    const postmaster = readPostmaster(data);
    if (postmaster?.alive !== true) return;
    process.kill(postmaster.pid, 'SIGINT');
    while (readPostmaster(data)?.alive) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function readProcess(number: string, file: string): string {
  try {
    return readFileSync(`/proc/${number}/${file}`, 'utf8');
  } catch {
    // It has ended, or is somebody else's.
    return '';
  }
}

function folderOf(number: string): string {
  try {
    return readlinkSync(`/proc/${number}/cwd`);
  } catch {
    // It has ended, or is somebody else's.
    return '';
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
  const answer = (await server.askAsHeadOffice('POST', '/v1/subjects/lookup', { number })) as {
    records: FoundRecord[];
  };
  return answer.records;
}
