import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { Stage } from '../../tools/gallery/harness.ts';
import { root } from '../../tools/setup/paths.mjs';
import { Customer, words } from './support/customer.ts';
import { countRecords } from './support/kiosk-file.ts';
import { oneShop } from './support/one-shop.ts';
import { beginsAnew, press, screenOf } from './support/screens.ts';

const say = words.en;
const number = '07400300901';
/** A page that fails at once is tried again after ten seconds. */
const seconds = 20_000;

const here = oneShop({ timeouts: { idleWarningSeconds: 90, idleCountdownSeconds: 60, savedSeconds: 60 } });
test.afterEach(async () => {
  await refuses(null);
  await beginsAnew(here.kiosk.page);
});

/** From now on the main process does not find these files of the screens. */
async function refuses(files: RegExp | null): Promise<void> {
  await here.kiosk.application.evaluate(({ BrowserWindow }, pattern) => {
    const refused = pattern === null ? null : new RegExp(pattern);
    for (const { webContents } of BrowserWindow.getAllWindows()) {
      webContents.session.webRequest.onBeforeRequest(({ url }, decide) => {
        decide({ cancel: !url.startsWith('app://countersign/') || refused?.test(url) === true });
      });
    }
  }, files?.source ?? null);
}

const logged = () => readFileSync(join(here.shop.kioskData, 'kiosk.log'), 'utf8');

/** What is done leads to a page that has begun anew, on its first screen, and to a line in the log without a number in it. */
async function leadsToFirstScreen(page: Page, does: () => Promise<void>, line = 'screen failed'): Promise<void> {
  const before = logged().length;
  await page.evaluate(() => {
    document.documentElement.dataset.same = 'page';
  });
  await does();
  await expect(page.locator('html')).not.toHaveAttribute('data-same', 'page', { timeout: seconds });
  await screenOf(page, 'attract').waitFor({ timeout: seconds });
  const told = logged().slice(before);
  expect(told).toContain(line);
  expect(told).not.toMatch(/\d{6}|07400/);
}

async function toChoices(page: Page): Promise<void> {
  const customer = new Customer(page);
  await customer.begins();
  await customer.taps(number);
  await customer.goesToChoices();
}

interface Part {
  name: string;
  /** Its file, or what only such parts share. */
  file: RegExp;
  /** What somebody does who needs it, and what becomes of it. */
  needed: (page: Page) => Promise<void>;
}

const parts: readonly Part[] = [
  {
    name: 'the help with the screen',
    file: /\/controller-[^/]*\.js$/,
    needed: async (page) => {
      await new Customer(page).leavesNumber(number);
      await expect.poll(logged).toContain('screen failed');
      await new Customer(page).finishes();
    },
  },
  {
    name: 'what judges numbers',
    file: /\/phone-parts-[^/]*\.js$/,
    needed: (page) =>
      leadsToFirstScreen(page, async () => {
        const customer = new Customer(page);
        await customer.begins();
        await customer.taps(number);
        await press(page, say['number.next']);
      }),
  },
  {
    name: 'the list of countries',
    file: /\/country-picker-[^/]*\.js$/,
    needed: (page) =>
      leadsToFirstScreen(page, async () => {
        await new Customer(page).begins();
        await page.locator('[data-screen=number] [aria-haspopup=dialog]').click();
      }),
  },
  {
    name: 'the privacy notice',
    file: /\/privacy-[^/]*\.js$/,
    needed: (page) =>
      leadsToFirstScreen(page, async () => {
        await toChoices(page);
        await press(page, say['choices.privacy']);
      }),
  },
  {
    name: 'the QR code',
    file: /\/qr-code-[^/]*\.js$/,
    needed: async (page) => {
      expect(await new Customer(page).leavesNumber(number)).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
      await expect(screenOf(page, 'saved')).toContainText(say['saved.keep']);
      await new Customer(page).finishes();
    },
  },
  {
    name: "the manager's room",
    file: /\/(?:manager-area|use-left-alone)-[^/]*\.js$/,
    needed: (page) => leadsToFirstScreen(page, () => page.keyboard.press('Control+Alt+m')),
  },
  {
    name: 'the set-up form',
    file: /\/(?:setup|keyboard-layouts)-[^/]*\.js$/,
    needed: async (page) => {
      const stage = await Stage.of(here.kiosk.application, page);
      // The main process is enrolled all the same, so that the page that begins anew has a first screen.
      await leadsToFirstScreen(page, () =>
        stage.tells({ state: 'not_enrolled', applicationVersion: '', provisioning: null }),
      );
    },
  },
];

test('found 18: every part that comes later is in the list of those that are missing below', () => {
  const folder = join(root, 'out', 'renderer', 'assets');
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const first = scripts.filter((name) => name.startsWith('index-'));
  // What the first part asks for by itself is there before anything is.
  const withFirst = first.flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map(
      ([, file]) => file,
    ),
  );
  const later = scripts.filter((name) => !first.includes(name) && !withFirst.includes(name));
  expect(later.length).toBeGreaterThanOrEqual(parts.length);
  expect(later.filter((name) => !parts.some(({ file }) => file.test(`/${name}`)))).toEqual([]);
});

for (const { name, file, needed } of parts) {
  test(`found 18: ${name} cannot be loaded`, async () => {
    const { page } = here.kiosk;
    await refuses(file);
    await beginsAnew(page);
    await needed(page);
  });
}

test('found 18: nothing of the page can be loaded: it is tried until it is there', async () => {
  const { page } = here.kiosk;
  const before = logged().length;
  await refuses(/\/index-[^/]*\.js$/);
  await page.reload();
  await expect(page.locator('[data-screen]')).toHaveCount(0);
  await expect.poll(() => logged().slice(before), { timeout: seconds }).toContain('screen empty');
  await refuses(null);
  await screenOf(page, 'attract').waitFor({ timeout: seconds });
});

/** In the page: what throws from now on, with a number in its words. */
const throwing: Readonly<Record<string, { breaks: () => void; does: (page: Page) => Promise<void> }>> = {
  'a drawing': {
    breaks: () => {
      Intl.Collator = (() => {
        throw new RangeError('07400 300901');
      }) as never;
    },
    does: (page) =>
      page
        .locator('[data-screen=choices] button', { hasText: say['common.correct'] })
        .click()
        .then(() => page.locator('[data-screen=number] [aria-haspopup=dialog]').click()),
  },
  'an effect': {
    breaks: () => {
      HTMLDialogElement.prototype.showModal = () => {
        throw new TypeError('07400 300901');
      };
    },
    does: (page) => press(page, say['choices.privacy']),
  },
  'an event': {
    breaks: () => {
      crypto.randomUUID = () => {
        throw new Error('07400 300901');
      };
    },
    does: async (page) => {
      await new Customer(page).ticks(0);
      await press(page, say['choices.save']);
    },
  },
  'a promise that nobody waits for': {
    breaks: () => {
      document.addEventListener('click', () => void Promise.reject(new Error('07400 300901')));
    },
    does: (page) => press(page, say['common.correct']),
  },
};

for (const [what, { breaks, does }] of Object.entries(throwing)) {
  test(`found 18: ${what} throws`, async () => {
    const { page } = here.kiosk;
    await toChoices(page);
    await leadsToFirstScreen(page, async () => {
      await page.evaluate(breaks);
      await does(page);
    });
  });
}

test('found 18: a screen that throws behind SAVE: the record stays, and the first screen is back', async () => {
  const { page } = here.kiosk;
  const before = countRecords(here.shop.kioskData);
  await toChoices(page);
  await new Customer(page).ticks(0);
  await leadsToFirstScreen(page, async () => {
    await page.evaluate(() => {
      window.setInterval = () => {
        throw new Error('07400 300901');
      };
    });
    await press(page, say['choices.save']);
  });
  expect(countRecords(here.shop.kioskData)).toBe(before + 1);
});
