import { expect, test } from '@playwright/test';
import { type Look, look } from '../../tools/gallery/looks.ts';
import { galleryScreens } from '../../tools/gallery/screens.ts';
import { shopOf } from '../../tools/gallery/shops.ts';
import { Stage } from '../../tools/gallery/stage.ts';
import { Visitor } from '../../tools/gallery/visitor.ts';
import { words } from './support/customer.ts';
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
    await screen.go(new Visitor(page, words.en, `${shop.server.url}/outbox`));
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
