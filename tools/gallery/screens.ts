import { managerPin, type ShopName } from './shops.ts';
import type { Visitor } from './visitor.ts';

export interface GalleryScreen {
  name: string;
  caption: string;
  /** What the kiosk stands in; see shops.ts. */
  shop: ShopName;
  /** From the first screen, in the visitor's language, to the moment of the picture. */
  go: (visitor: Visitor) => Promise<void>;
}

/** Every picture's moment, one row each. A new screen is a new row. */
export const galleryScreens: readonly GalleryScreen[] = [
  row('attract', 'The first screen', 'open', async () => undefined),
  row('number', 'The number, nothing typed', 'open', (v) => v.goesToNumber()),
  row('number-typing', 'The number, grouped while it is typed', 'open', async (v) => {
    await v.goesToNumber();
    await v.types('0740012');
  }),
  row('number-short', 'A number that is too short', 'open', (v) => v.isRefused('0740012')),
  row('number-landline', 'A landline', 'open', (v) => v.isRefused('01133203031')),
  row('languages', 'The list of languages', 'open', async (v) => {
    await v.goesToNumber();
    await v.opens('[data-screen=number] nav [aria-expanded]');
  }),
  row('help', 'Help with the screen', 'open', async (v) => {
    await v.goesToNumber();
    await v.presses('help.open');
    await v.sees('help');
  }),
  row('country', 'The list of countries', 'open', async (v) => {
    await v.goesToNumber();
    await v.opens('[data-screen=number] [aria-haspopup=dialog]');
    await v.page.locator('[data-screen=country] [role=option]').first().waitFor();
  }),
  row('choices', 'The choices, nothing ticked', 'open', (v) => v.goesToChoices()),
  row('choices-ticked', 'One box ticked', 'open', async (v) => {
    await v.goesToChoices();
    await v.ticks();
  }),
  row('choices-nudge', 'Saving with nothing ticked', 'open', async (v) => {
    await v.goesToChoices();
    await v.presses('choices.save');
  }),
  row('privacy', 'The full privacy notice', 'open', async (v) => {
    await v.goesToChoices();
    await v.presses('choices.privacy');
    await v.sees('privacy_notice');
  }),
  row('saved', 'Saved', 'open', async (v) => {
    await v.goesToChoices();
    await v.ticks();
    await v.presses('choices.save');
    await v.sees('saved');
  }),
  row('goodbye', 'Without a number', 'open', async (v) => {
    await v.goesToNumber();
    await v.presses('common.withoutNumber');
    await v.sees('goodbye');
  }),
  row('idle', 'Nobody touches the screen', 'brisk', async (v) => {
    await v.goesToNumber();
    await v.sees('idle_warning');
  }),
  row('small-print', 'The choices in the United States', 'america', (v) => v.goesToChoices('2125550123')),
  row('pin', "The manager's PIN", 'open', async (v) => {
    await v.opensManager();
    await v.types('123');
  }),
  row('manager', "The manager's screen", 'open', async (v) => {
    await v.opensManager();
    await v.types(managerPin);
    await v.page.keyboard.press('Enter');
    await v.sees('manager');
  }),
  row('setup', 'Setting a kiosk up', 'unpacked', async () => undefined),
  row('stopped', 'A damaged database', 'damaged', async () => undefined),
];

function row(name: string, caption: string, shop: ShopName, go: GalleryScreen['go']): GalleryScreen {
  return { name, caption, shop, go };
}
