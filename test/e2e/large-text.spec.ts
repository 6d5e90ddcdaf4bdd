import { expect, type Page, test } from '@playwright/test';
import { Stage } from '../../tools/gallery/harness.ts';
import { type Look, look } from '../../tools/gallery/looks.ts';
import { type GalleryScreen, galleryScreens } from '../../tools/gallery/screens.ts';
import { shopOf } from '../../tools/gallery/shops.ts';
import { Visitor } from '../../tools/gallery/visitor.ts';
import { type SpokenLanguage, spokenLanguages, words } from './support/customer.ts';
import { Shop } from './support/shop.ts';

const languages = ['en', 'de', 'ar'];
const looks: readonly Look[] = (
  [
    [800, 480],
    [800, 1280],
    [1280, 800],
    [1920, 1080],
  ] as const
).map(([width, height]) => look(width, height, 'large text'));

/** The staff's screens have no large text. */
const screens = galleryScreens.filter(({ forStaff }) => !forStaff);

let shop: Shop;
test.beforeEach(() => {
  shop = new Shop();
});
test.afterEach(() => shop.end());

test('200 % text: nothing clipped, covered or out of reach, on any screen, in landscape and portrait', async () => {
  test.setTimeout(180_000);
  const { application, page } = await shop.openEnrolledKiosk();
  const stage = await Stage.of(application, page);
  const found: string[] = [];
  let looked = 0;
  for (const screen of screens) {
    await stage.begins(screen.shop, 'en');
    await screen.go(new Visitor(page, words.en, shop.server.outboxUrl));
    for (const language of languages.filter((each) => shopOf(screen.shop).languages.includes(each))) {
      await stage.speaks(language);
      for (const each of looks) {
        await stage.wears(each);
        looked += 1;
        for (const fault of await stage.faults()) found.push(`${screen.name}, ${language}, ${each.size}: ${fault}`);
      }
    }
  }
  expect(looked, 'looks at screens').toBeGreaterThan(screens.length * looks.length * 2);
  expect(found).toEqual([]);
});

/** What of these is not whole in sight as the screen comes, before anybody has scrolled. */
async function outOfSight(page: Page, selectors: readonly string[]): Promise<string[]> {
  return await page.evaluate(
    (sought) =>
      sought.filter((selector) => {
        const each = document.querySelector(selector);
        if (each === null) return true;
        const { left, right, top, bottom } = each.getBoundingClientRect();
        const inside = [...document.querySelectorAll('[data-part=content]')]
          .filter((frame) => frame.contains(each))
          .every((frame) => top >= frame.getBoundingClientRect().top && bottom <= frame.getBoundingClientRect().bottom);
        const uppermost = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return !inside || top < 0 || bottom > innerHeight || !(each.contains(uppermost) || uppermost?.contains(each));
      }),
    selectors,
  );
}

const row = (name: string): GalleryScreen => {
  const found = galleryScreens.find((screen) => screen.name === name);
  if (found === undefined) throw new Error(`no screen ${name}`);
  return found;
};

test('found 34: at the largest text in 800x480 a box and SAVE are in sight together, and the receipt code without scrolling', async () => {
  test.setTimeout(180_000);
  const { application, page } = await shop.openEnrolledKiosk();
  const stage = await Stage.of(application, page);
  const low = look(800, 480, 'large text');
  const found: string[] = [];
  const sees = async (name: string, language: SpokenLanguage, selectors: readonly string[]) => {
    const screen = row(name);
    await stage.begins(screen.shop, language);
    await stage.wears(low);
    await screen.go(new Visitor(page, words[language], shop.server.outboxUrl));
    await stage.wears(low);
    for (const each of await outOfSight(page, selectors)) found.push(`${name}, ${language}: ${each}`);
  };
  const box = ['[data-box] svg', '[data-box] strong', '[data-part=actions] button:last-child'];
  for (const language of spokenLanguages) {
    await sees('choices', language, box);
    await sees('saved', language, ['[data-screen=saved] bdi']);
    await sees('stop-saved', language, ['[data-screen=stop_saved] bdi']);
  }
  for (const language of ['en', 'es'] as const) await sees('small-print', language, box);
  expect(found).toEqual([]);
});

test('found 27: the rules of geometry name a link under a button, a line that is cut off and a button beside the screen', async () => {
  const { application, page } = await shop.openEnrolledKiosk();
  const stage = await Stage.of(application, page);
  await stage.begins('open', 'en');
  await row('choices').go(new Visitor(page, words.en, shop.server.outboxUrl));
  await stage.wears(look(1280, 800, 'light'));
  expect(await stage.faults()).toEqual([]);
  const withStyle = async (css: string) => {
    await page.evaluate((text) => {
      // No style sheet may be put in from here: the page allows its own only.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      document.adoptedStyleSheets = [sheet];
    }, css);
    return (await stage.faults()).join('\n');
  };
  const link = words.en['choices.privacy'];
  expect(await withStyle('[data-part=further] { translate: 0 12rem; }')).toContain(link);
  expect(
    await withStyle('[data-box] strong { overflow: hidden; max-inline-size: 4rem; white-space: nowrap; }'),
  ).toContain('cut off');
  expect(await withStyle('[data-part=actions] { translate: -20rem 0; }')).toContain(words.en['common.withoutNumber']);
  expect(await withStyle('')).toBe('');
});
