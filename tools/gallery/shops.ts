import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type Page } from '@playwright/test';
import SqliteDatabase from 'better-sqlite3';
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
  /** A shop of its own for each language, which stands first there: the staff's rooms speak the shop's first language. */
  native?: boolean;
  /** What the kiosk finds in its folder. */
  prepare?: (data: string) => void;
  /** What happens to it once it is open; answers how that ends. */
  spoil?: (data: string) => () => void;
  /** The screen that it begins with. */
  first: string;
}

const languages = demo.languages;

const plans = {
  open: { configuration: { ...demo, timeouts: patient }, languages, native: true, first: 'attract' },
  brisk: { configuration: { ...demo, timeouts: { ...patient, idleWarningSeconds: 5 } }, languages, first: 'attract' },
  america: {
    configuration: { ...america, age: null, timeouts: patient },
    languages: america.languages,
    first: 'attract',
  },
  paused: { configuration: { ...demo, paused: true }, languages, first: 'paused' },
  young: {
    configuration: { ...demo, age: { threshold: 13, guardian: true }, timeouts: patient },
    languages,
    first: 'attract',
  },
  strict: { configuration: { ...demo, age: { threshold: 13, guardian: false } }, languages, first: 'attract' },
  locked: { configuration: { ...demo, timeouts: patient }, languages, first: 'attract', spoil: lockDatabase },
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
  /** Where the server shows the texts that it would send; null without a server. */
  readonly outbox: string | null;
  /** The first screen, untouched, in that language. */
  begin(language: string): Promise<void>;
  close(): Promise<void>;
}

/** The languages of each visit that a shop needs. */
export function visitsOf(name: ShopName): readonly (readonly string[])[] {
  const plan: ShopPlan = plans[name];
  return plan.native === true ? plan.languages.map((language) => [language]) : [plan.languages];
}

/**
 * Opens a shop of its own in the folder: a server where the plan has one, and the real kiosk.
 * @param first the language that stands first in its configuration.
 */
export async function openShop(name: ShopName, folder: string, first: string): Promise<OpenShop> {
  const plan: ShopPlan = plans[name];
  const data = join(folder, `kiosk-${name}`);
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  plan.prepare?.(data);
  const ordered = [first, ...plan.languages.filter((each) => each !== first)];
  const server =
    plan.configuration === null ? undefined : await enrols(data, folder, { ...plan.configuration, languages: ordered });
  const application = await _electron.launch(kioskLaunch(data, '1280x800')).catch(async (error: unknown) => {
    await server?.stop();
    throw error;
  });
  const page = await application.firstWindow();
  const speak = await page.context().newCDPSession(page);
  const userAgent = await page.evaluate(() => navigator.userAgent);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.locator(`[data-screen=${plan.first}]`).waitFor();
  const restore = plan.spoil?.(data);
  return {
    page,
    outbox: server === undefined ? null : `${server.url}/outbox`,
    async begin(language) {
      // Without a configuration the kiosk speaks the language of the computer.
      if (server === undefined)
        await speak.send('Emulation.setUserAgentOverride', { userAgent, acceptLanguage: language });
      await page.reload();
      await page.locator(`[data-screen=${plan.first}]`).waitFor();
      if (server !== undefined && language !== first) await chooses(page, plan.first, language);
      await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' });
    },
    async close() {
      restore?.();
      await application.close();
      await server?.stop();
    },
  };
}

/** The first screen has the languages side by side, the others in a list. */
async function chooses(page: Page, screen: string, language: string): Promise<void> {
  const opener = page.locator(`[data-screen=${screen}] nav [aria-expanded=false]`);
  if ((await opener.count()) > 0) await opener.click();
  await page.locator(`[data-screen=${screen}] [lang=${language}] button`).click();
}

/** Another program holds the database, and no write gets through. */
function lockDatabase(data: string): () => void {
  const database = new SqliteDatabase(join(data, 'kiosk.db'));
  database.exec('BEGIN IMMEDIATE');
  return () => database.close();
}

async function enrols(data: string, folder: string, configuration: object): Promise<LocalServer> {
  const source = join(folder, 'configuration.json');
  writeFileSync(source, JSON.stringify(configuration));
  const server = await startServer(join(folder, 'server'), 0, { COUNTERSIGN_CONFIGURATION: source });
  provision(data, { serverUrl: server.url, code: await server.createEnrolmentCode('gallery'), pin: managerPin });
  return server;
}
