import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { Customer, languageNames, type SpokenLanguage, spokenLanguages, words } from './support/customer.ts';
import { Inspection } from './support/inspection.ts';
import { openManager } from './support/manager.ts';
import { press } from './support/screens.ts';
import { configure } from './support/server-configuration.ts';
import { managerPin, Shop } from './support/shop.ts';

const languages = ['en', 'ar'] as const;
/** Long enough to look at a screen in peace, on a busy machine too; short enough to wait for the warning. */
const timeouts = { idleWarningSeconds: 20, idleCountdownSeconds: 120, savedSeconds: 120 };

let shop: Shop;
test.beforeEach(() => {
  shop = new Shop();
});
test.afterEach(() => shop.end());

for (const language of languages) {
  const say = words[language];

  test(`axe finds nothing on the customer's and the manager's screens: ${language}, both contrasts`, async () => {
    test.setTimeout(240_000);
    configure(shop, { timeouts, languages: [language, ...languages.filter((each) => each !== language)] });
    const { page } = await shop.openEnrolledKiosk();
    const inspection = new Inspection();
    for (const contrast of ['standard', 'high'] as const) {
      const attract = async () => {
        if (contrast === 'high') await press(page, say['common.contrast']);
        await expect(page.locator('html')).toHaveAttribute('data-contrast', contrast);
        await expect(page.locator('html')).toHaveAttribute('lang', language);
      };
      await attract();
      await visitsCustomerScreens(page, language, attract, (screen) => inspection.of(page, `${screen}, ${contrast}`));
      await visitsManagerScreens(page, language, (screen) => inspection.of(page, `${screen}, ${contrast}`));
    }
    expect(inspection.screens).toHaveLength(2 * 16);
    expect(inspection.found).toEqual([]);
  });
}

for (const language of spokenLanguages) {
  const say = words[language];
  test(`axe finds nothing while the kiosk is set up or stopped: ${language}`, async () => {
    // Chromium speaks the system's language, and the kiosk with it as long as it has no configuration.
    const environment = { LANGUAGE: language, LANG: `${language}_XX.UTF-8` };
    const inspection = new Inspection();
    const fresh = await shop.openKiosk({ environment });
    await fresh.page.locator('[data-screen=setup]').waitFor();
    await press(fresh.page, languageNames[language]);
    await expect(fresh.page.locator('html')).toHaveAttribute('dir', language === 'ar' ? 'rtl' : 'ltr');
    await inspection.of(fresh.page, 'setup');
    await fresh.page.locator('#setup-server').click();
    await fresh.page.locator('[data-part=keyboard]').waitFor();
    await inspection.of(fresh.page, 'setup, with its keyboard');
    await press(fresh.page, say['keyboard.hide']);
    await press(fresh.page, say['setup.join']);
    await expect(fresh.page.locator('[data-screen=setup]')).toContainText(say['setup.error.code']);
    await inspection.of(fresh.page, 'setup, refused');
    await fresh.close();

    const data = join(shop.folder, 'damaged');
    mkdirSync(data);
    writeFileSync(join(data, 'kiosk.db'), 'no database at all '.repeat(1_000));
    const damaged = await shop.openKiosk({ data, environment });
    await expect(damaged.page.locator('[data-screen=stopped]')).toContainText(say['stopped.title']);
    await inspection.of(damaged.page, 'stopped');
    expect(inspection.found).toEqual([]);
  });
}

type Look = (screen: string) => Promise<void>;

async function visitsCustomerScreens(
  page: Page,
  language: SpokenLanguage,
  attract: () => Promise<void>,
  look: Look,
): Promise<void> {
  const say = words[language];
  const customer = new Customer(page, language);
  await look('attract');
  await customer.begins();
  await look('number');
  await press(page, say['number.next']);
  await expect(page.getByRole('status')).toHaveText(say['refusal.empty']);
  await look('number, refused');
  await page.locator('[data-screen=number] [aria-haspopup=dialog]').click();
  await page.locator('[data-screen=country]').getByRole('option').first().waitFor();
  await look('country');
  await press(page, say['country.search']);
  await page.locator('[data-part=keyboard]').waitFor();
  await look('country, searched by touch');
  await page.keyboard.press('Escape');
  await customer.taps('07400400001');
  await customer.goesToChoices();
  await look('choices');
  await press(page, say['choices.save']);
  await expect(page.getByRole('status')).toHaveText(say['choices.nudge']);
  await look('choices, nudged');
  await press(page, say['choices.privacy']);
  await page.locator('[data-screen=privacy_notice]').waitFor();
  await look('privacy notice');
  await press(page, say['privacy.close']);
  await customer.ticks(0);
  await look('choices, ticked');
  await customer.saves();
  await look('saved');
  await customer.finishes();

  await attract();
  await customer.begins();
  await page.locator('[data-screen=idle_warning]').waitFor({ timeout: 40_000 });
  await look('idle warning');
  await press(page, say['idle.stay']);
  await customer.leavesWithoutNumber();
  await look('goodbye');
  await customer.finishes();
  await attract();
}

async function visitsManagerScreens(page: Page, language: SpokenLanguage, look: Look): Promise<void> {
  const say = words[language];
  await page.keyboard.press('Control+Alt+m');
  await page.locator('[data-screen=pin]').waitFor();
  await look('PIN');
  await page.keyboard.press('Escape');
  await page.locator('[data-screen=attract]').waitFor();
  const manager = await openManager(page, managerPin);
  await expect(manager.getByRole('table')).toBeVisible();
  await look('manager');
  await press(page, say['staffPin.set']);
  await page.locator('[data-screen=staff_pin]').waitFor();
  await look('staff PIN');
  await press(page, say['common.leaveAsItIs']);
  await press(page, say['manager.reset']);
  await page.locator('[data-screen=reset]').waitFor();
  await look('reset');
  await press(page, say['manager.reset.keep']);
  await press(page, say['manager.leave']);
  await page.locator('[data-screen=attract]').waitFor();
}
