import type { CDPSession, ElectronApplication, Page } from '@playwright/test';
import type { KioskState } from '../../shared/contracts/ipc.ts';
import { findFaults } from './faults.ts';
import type { Look } from './looks.ts';
import { type ShopName, shopOf } from './shops.ts';

type ReadyState = Extract<KioskState, { state: 'ready' }>;

/**
 * The screens of one enrolled kiosk, put into any shop, language and look without starting it anew: its main process tells
 * them what a kiosk of that shop would. Numbers are typed, saved and confirmed for real.
 */
export class Stage {
  readonly page: Page;
  readonly #application: ElectronApplication;
  readonly #session: CDPSession;
  readonly #own: ReadyState;
  readonly #userAgent: string;

  private constructor(
    application: ElectronApplication,
    page: Page,
    session: CDPSession,
    own: ReadyState,
    userAgent: string,
  ) {
    this.#application = application;
    this.page = page;
    this.#session = session;
    this.#own = own;
    this.#userAgent = userAgent;
  }

  /** @param page of an enrolled kiosk. */
  static async of(application: ElectronApplication, page: Page): Promise<Stage> {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.locator('[data-screen=attract]').waitFor();
    const answer = await page.evaluate(() => window.countersign.state());
    if (!answer.ok || answer.value.state !== 'ready') throw new Error('the kiosk is not enrolled');
    const session = await page.context().newCDPSession(page);
    return new Stage(application, page, session, answer.value, await page.evaluate(() => navigator.userAgent));
  }

  /** The first screen of that shop, untouched, in that language. */
  async begins(name: ShopName, language: string): Promise<void> {
    const shop = shopOf(name);
    // Without a configuration the kiosk speaks the language of the computer.
    await this.#session.send('Emulation.setUserAgentOverride', {
      userAgent: this.#userAgent,
      acceptLanguage: language,
    });
    await this.#answers(shop.answers ?? {});
    await this.page.reload();
    await this.page.locator('[data-screen=attract]').waitFor();
    // What helps with the screen comes behind it, its style sheets too.
    await this.page.locator('html[data-text]').waitFor({ state: 'attached' });
    const languages = [language, ...shop.languages.filter((each) => each !== language)];
    const configuration = { ...this.#own.configuration, ...shop.changes, languages };
    await this.tells(shop.state ?? { ...this.#own, configuration });
    await this.page.locator(`[data-screen=${shop.first}]`).waitFor();
    await this.page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' });
  }

  /** The same screen in another language. By script, because a window that lies over the screen keeps fingers from it. */
  async speaks(language: string): Promise<void> {
    await this.page.evaluate(chooses, language);
    await this.page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' });
  }

  /** Ends when the screen stands as it is drawn in this look. */
  async wears({ width, height, dataset }: Look): Promise<void> {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    await this.#session.send('Emulation.setDeviceMetricsOverride', metrics);
    await this.page.evaluate(
      async ({ worn, size }) => {
        Object.assign(document.documentElement.dataset, worn);
        const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
        // What depends on how much room there is, as the arrow does, comes with the next frame.
        for (let frames = 0; frames < 2 || `${innerWidth}x${innerHeight}` !== size; frames++) await frame();
      },
      { worn: dataset, size: `${width}x${height}` },
    );
  }

  faults(): Promise<string[]> {
    return this.page.evaluate(findFaults);
  }

  /** Over the debugging protocol, which is three times as fast as the test library. */
  async picture(): Promise<Buffer> {
    const { data } = await this.#session.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true });
    return Buffer.from(data, 'base64');
  }

  /** As when head office has changed something. Ends when the screens have heard it. */
  async tells(state: KioskState): Promise<void> {
    const heard = await this.page.evaluateHandle(() => {
      const state = new Promise<void>((resolve) => {
        const stop = window.countersign.onState(() => {
          stop();
          requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
        });
      });
      return { state };
    });
    await this.#application.evaluate(({ BrowserWindow }, told) => {
      for (const window of BrowserWindow.getAllWindows()) window.webContents.send('event:state', told);
    }, state);
    await heard.evaluate((it) => it.state);
  }

  async #answers(answers: NonNullable<ReturnType<typeof shopOf>['answers']>): Promise<void> {
    await this.#application.evaluate(({ ipcMain }, given) => {
      for (const [channel, answer] of Object.entries(given)) {
        ipcMain.removeHandler(channel);
        ipcMain.handle(channel, () => answer);
      }
    }, answers);
  }
}

/** Runs in the page. A list that was open is open again afterwards. */
function chooses(language: string): void {
  const opener = () => document.querySelector<HTMLElement>('main nav [aria-expanded]');
  const wasOpen = opener()?.ariaExpanded === 'true';
  if (opener() !== null && !wasOpen) opener()?.click();
  setTimeout(() => {
    document.querySelector<HTMLElement>(`main nav [lang=${language}] button`)?.click();
    if (wasOpen) setTimeout(() => opener()?.click());
  });
}
