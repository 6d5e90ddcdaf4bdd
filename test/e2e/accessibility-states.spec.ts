import { expect, test } from '@playwright/test';
import { customerFlow, type FlowServices } from '../../renderer/flow/customer-flow.ts';
import { Stage } from '../../tools/gallery/harness.ts';
import { galleryScreens } from '../../tools/gallery/screens.ts';
import { shopOf } from '../../tools/gallery/shops.ts';
import { Visitor } from '../../tools/gallery/visitor.ts';
import { words } from './support/customer.ts';
import { Inspection } from './support/inspection.ts';
import { Shop } from './support/shop.ts';

/** One screen is looked at in one of them, the next in the other; the long run looks at each in both. */
const languages = ['en', 'ar'] as const;
const everyLanguage = process.env.COUNTERSIGN_LONG === '1';
/** The staff's screens have none of these settings; another test looks at them as they are. */
const screens = galleryScreens.filter(({ forStaff }) => !forStaff);
/** Everything at once that a customer can ask of the screen's looks. */
const looks = { contrast: 'high', text: 'largest', reach: 'low' };

/** A trace photographs every step of a walk that is as long as all others together. */
test.use({ trace: 'off' });

let shop: Shop;
test.beforeEach(() => {
  shop = new Shop();
});
test.afterEach(() => shop.end());

/** The states of the customer's way that have a screen. */
function statesWithScreen(): string[] {
  const { asking, ...others } = customerFlow({} as FlowServices).states;
  const steps = Object.keys(asking?.states.step?.states ?? {});
  return [...Object.keys(others), ...steps].filter((state) => state !== 'saving' && state !== 'kept');
}

test('axe finds nothing in any state of the flow, in high contrast with the largest text and low controls', async () => {
  test.setTimeout(400_000);
  const { application, page } = await shop.openEnrolledKiosk();
  const stage = await Stage.of(application, page);
  const inspection = new Inspection();
  const seen = new Set<string>();
  for (const [at, screen] of screens.entries()) {
    const spoken = languages.filter((each) => shopOf(screen.shop).languages.includes(each));
    await stage.begins(screen.shop, 'en');
    await screen.go(new Visitor(page, words.en, shop.server.outboxUrl));
    for (const [turn, language] of spoken.entries()) {
      if (!everyLanguage && turn !== at % spoken.length) continue;
      await stage.speaks(language);
      const shown = await page.evaluate((worn) => {
        Object.assign(document.documentElement.dataset, worn);
        return [...document.querySelectorAll<HTMLElement>('[data-screen]')].map((each) => each.dataset.screen ?? '');
      }, looks);
      for (const each of shown) seen.add(each);
      await inspection.of(page, `${screen.name}, ${language}`);
    }
  }
  const states = statesWithScreen();
  expect(states.length).toBeGreaterThan(15);
  const windows = ['help', 'country', 'privacy_notice', 'idle_warning'];
  expect([...states, ...windows, 'paused'].filter((each) => !seen.has(each))).toEqual([]);
  expect(inspection.found).toEqual([]);
});
