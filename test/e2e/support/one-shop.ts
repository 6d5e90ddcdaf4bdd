import { test } from '@playwright/test';
import { type Change, configure } from './server-configuration.ts';
import { type OpenKiosk, Shop } from './shop.ts';

/** One shop with one enrolled kiosk for all tests of a file: there before the first one, and gone after the last one. */
export function oneShop(change?: Change): { readonly shop: Shop; readonly kiosk: OpenKiosk } {
  let shop: Shop;
  let kiosk: OpenKiosk;
  test.beforeAll(async () => {
    shop = new Shop();
    if (change !== undefined) configure(shop, change);
    kiosk = await shop.openEnrolledKiosk();
  });
  test.afterAll(() => shop.end());
  return {
    get shop() {
      return shop;
    },
    get kiosk() {
      return kiosk;
    },
  };
}
