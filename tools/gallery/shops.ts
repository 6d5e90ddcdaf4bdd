import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type Page } from '@playwright/test';
import demo from '../../server/configuration/demo.json' with { type: 'json' };
import america from '../../server/configuration/demo-us.json' with { type: 'json' };
import { kioskLaunch, provision } from '../local/kiosk-process.ts';
import { type LocalServer, startServer } from '../local/server-process.ts';

export const managerPin = '482913';

/** Long enough to take every picture of a screen in peace. */
const patient = { idleWarningSeconds: 600, idleCountdownSeconds: 120, savedSeconds: 120 };

/** A kiosk to be photographed: what head office has configured, and what is wrong with it. */
interface ShopPlan {
  /** The server's configuration; null for a kiosk that has never met a server. */
  configuration: Readonly<Record<string, unknown>> | null;
  languages: readonly string[];
  /** What the kiosk finds in its folder. */
  prepare?: (data: string) => void;
  /** The screen that it begins with. */
  first: string;
}

const languages = demo.languages;

const plans = {
  open: { configuration: { ...demo, timeouts: patient }, languages, first: 'attract' },
  brisk: { configuration: { ...demo, timeouts: { ...patient, idleWarningSeconds: 5 } }, languages, first: 'attract' },
  america: {
    configuration: { ...america, age: null, timeouts: patient },
    languages: america.languages,
    first: 'attract',
  },
  unpacked: { configuration: null, languages, first: 'setup' },
  damaged: {
    configuration: null,
    languages,
    first: 'stopped',
    prepare: (data) => writeFileSync(join(data, 'kiosk.db'), 'no database at all '.repeat(1000)),
  },
} as const satisfies Record<string, ShopPlan>;

export type ShopName = keyof typeof plans;

/** In the order in which they are visited. */
export const shopNames = Object.keys(plans) as ShopName[];

export interface OpenShop {
  readonly page: Page;
  readonly languages: readonly string[];
  /** The first screen, untouched, in that language. */
  begin(language: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens a shop of its own in the folder: a server where the plan has one, and the real kiosk. */
export async function openShop(name: ShopName, folder: string): Promise<OpenShop> {
  const plan: ShopPlan = plans[name];
  const data = join(folder, `kiosk-${name}`);
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  plan.prepare?.(data);
  const server = plan.configuration === null ? undefined : await enrols(data, folder, plan.configuration);
  const application = await _electron.launch(kioskLaunch(data, '1280x800'));
  const page = await application.firstWindow();
  const speak = await page.context().newCDPSession(page);
  const userAgent = await page.evaluate(() => navigator.userAgent);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.locator(`[data-screen=${plan.first}]`).waitFor();
  return {
    page,
    languages: plan.languages,
    async begin(language) {
      // Without a configuration the kiosk speaks the language of the computer.
      if (server === undefined)
        await speak.send('Emulation.setUserAgentOverride', { userAgent, acceptLanguage: language });
      await page.reload();
      await page.locator(`[data-screen=${plan.first}]`).waitFor();
      if (server !== undefined) await page.locator(`[data-screen=attract] [lang=${language}] button`).click();
      await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' });
    },
    async close() {
      await application.close();
      await server?.stop();
    },
  };
}

async function enrols(data: string, folder: string, configuration: ShopPlan['configuration']): Promise<LocalServer> {
  const source = join(folder, 'configuration.json');
  writeFileSync(source, JSON.stringify(configuration));
  const server = await startServer(join(folder, 'server'), 0, { COUNTERSIGN_CONFIGURATION: source });
  provision(data, { serverUrl: server.url, code: await server.createEnrolmentCode('gallery'), pin: managerPin });
  return server;
}
