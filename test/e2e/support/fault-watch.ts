import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenKiosk } from './shop.ts';

/** What a kiosk without a server, a code that is too late and a wrong PIN are answered with: no fault. */
const expectedCodes = [
  ...['unreachable', 'verification_limited', 'verification_over', 'nothing_saved', 'notice_outdated'],
  ...['attestation_missing', 'numbers_equal'],
];

/** Everything that goes wrong in a kiosk without anybody having to see it on the screen. */
export class FaultWatch {
  readonly #seen: string[] = [];
  readonly #kiosk: OpenKiosk;
  readonly #data: string;

  /** @param data the kiosk's data folder, with its log. */
  constructor(kiosk: OpenKiosk, data: string) {
    this.#kiosk = kiosk;
    this.#data = data;
    const { page, application } = kiosk;
    page.on('console', (message) => {
      if (message.type() === 'error') this.#seen.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.#seen.push(`page: ${error.message}`));
    page.on('crash', () => this.#seen.push('the screen process crashed'));
    application.on('window', () => this.#seen.push('another window'));
    application.process().once('exit', (code) => this.#seen.push(`the application ended with ${code}`));
    // A rejected promise that nobody waits for is told here and nowhere else.
    application.process().stderr?.on('data', (said: Buffer) => {
      if (/UnhandledPromise|uncaught/i.test(String(said))) this.#seen.push(`main: ${said}`);
    });
  }

  /** Faults that need no look at the log. */
  get seen(): readonly string[] {
    return this.#seen;
  }

  /** All of them, with what the main process has logged, what the page holds beside its one address included. */
  async all(): Promise<string[]> {
    const windows = await this.#kiosk.application.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map(({ webContents }) => webContents.getURL()),
    );
    const strayed = windows.filter((address) => address !== 'app://countersign/index.html');
    return [...this.#seen, ...strayed.map((address) => `a window shows ${address}`), ...this.#logged()];
  }

  #logged(): string[] {
    const lines = readFileSync(join(this.#data, 'kiosk.log'), 'utf8').split('\n');
    return lines.filter((line) => {
      if (/ (screen process gone|screen left its page|screen failed|screen empty)/.test(line)) return true;
      const code = / error .*"code":"(\w+)"/.exec(line)?.[1];
      return / error /.test(line) && !(code !== undefined && expectedCodes.includes(code));
    });
  }
}
