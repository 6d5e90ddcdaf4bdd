import type { ShopName } from './shops.ts';
import { managerPin, type Visitor } from './visitor.ts';

export interface GalleryScreen {
  name: string;
  caption: string;
  /** What the kiosk stands in; see shops.ts. */
  shop: ShopName;
  /** From the first screen, in the visitor's language, to the moment of the picture. */
  go: (visitor: Visitor) => Promise<void>;
  /** No customer sees it. */
  forStaff: boolean;
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
  row('number-abroad', 'A number of another country', 'open', async (v) => {
    await v.goesToNumber();
    await v.types('+336120');
  }),
  row('number-country', 'A country that the shop leaves out', 'nearby', (v) => v.isRefused('+4915123456789')),
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
  row('country-search', 'Searching a country by touch', 'open', async (v) => {
    await v.goesToNumber();
    await v.opens('[data-screen=number] [aria-haspopup=dialog]');
    await v.presses('country.search');
    await v.page.locator('[data-part=keyboard] button').nth(3).waitFor();
  }),
  row('country-few', 'The countries that the shop takes', 'nearby', async (v) => {
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
  row('confirm', 'The code from the text', 'open', async (v) => {
    await v.saves();
    await v.types('123');
  }),
  row('confirm-wrong', 'Another code', 'open', async (v) => {
    await v.saves();
    await v.confirms((await v.readsCode()) === '000000' ? '111111' : '000000');
  }),
  row('confirm-spent', 'No tries left', 'open', async (v) => {
    await v.saves();
    const wrong = (await v.readsCode()) === '000000' ? '111111' : '000000';
    for (let tries = 0; tries < 3; tries++) {
      await v.confirms(wrong);
      await v.settles();
    }
  }),
  row('saved', 'Saved, not confirmed', 'open', (v) => v.savesForLater()),
  row('saved-confirmed', 'Saved and confirmed', 'open', async (v) => {
    await v.saves();
    await v.confirms(await v.readsCode());
    await v.seesReceipt();
  }),
  row('saved-calls', 'Saved for calls, while head office is out of reach', 'offline', (v) => v.agreesToCalls()),
  row('stop-number', 'Which number to stop', 'open', (v) => v.goesToStop()),
  row('stop-confirm', 'Stop all messages?', 'open', (v) => v.stops()),
  row('stop-saved', 'All messages stop', 'open', async (v) => {
    await v.stops();
    await v.presses('stop.yes');
    await v.sees('stop_saved');
  }),
  row('change-old', 'The old number', 'open', async (v) => {
    await v.presses('attract.change');
    await v.sees('old_number');
  }),
  row('change-new', 'The new number', 'open', (v) => v.goesToNewNumber()),
  row('change-confirm', 'Both numbers', 'open', (v) => v.changes()),
  row('age', 'The age question', 'young', async (v) => {
    await v.presses('attract.start');
    await v.sees('age');
  }),
  row('guardian', 'For a child', 'young', async (v) => {
    await v.answersAge('youngest');
    await v.sees('guardian');
  }),
  row('attest', 'A member of staff vouches', 'young', (v) => v.goesToAttest()),
  row('guardian-number', "The guardian's own number", 'young', async (v) => {
    await v.goesToAttest();
    await v.types(managerPin);
    await v.presses('attest.confirm');
    await v.sees('number');
  }),
  row('too-young', 'Too young, where no guardian can help', 'strict', async (v) => {
    await v.answersAge('youngest');
    await v.sees('too_young');
  }),
  row('paused', 'Head office has stopped the asking', 'paused', async () => undefined),
  row('problem', 'The number could not be saved', 'locked', async (v) => {
    await v.asksToSave();
    await v.sees('problem');
  }),
  row('out-of-storage', 'The disk is full', 'full', async (v) => {
    await v.asksToSave();
    await v.sees('out_of_storage');
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
  staffRow('pin', "The manager's PIN", 'open', async (v) => {
    await v.opensManager();
    await v.types('123');
  }),
  staffRow('manager', "The manager's screen", 'open', (v) => v.unlocksManager()),
  staffRow('manager-waiting', 'A week without a network', 'cutOff', (v) => v.unlocksManager()),
  staffRow('manager-facts', 'What a technician asks for', 'cutOff', async (v) => {
    await v.unlocksManager();
    await v.opens('[data-screen=manager] summary');
  }),
  staffRow('staff-pin', 'A PIN for the staff', 'open', async (v) => {
    await v.unlocksManager();
    await v.presses('staffPin.set');
    await v.sees('staff_pin');
    await v.types('1234');
    await v.presses('staffPin.next');
  }),
  staffRow('reset', 'The reset asks first', 'cutOff', async (v) => {
    await v.unlocksManager();
    await v.presses('manager.reset');
    await v.sees('reset');
  }),
  staffRow('stopped-revoked', 'Head office has switched the kiosk off', 'revoked', async () => undefined),
  staffRow('manager-revoked', 'What the manager reads then', 'revoked', (v) => v.unlocksManager()),
  staffRow('reset-discard', 'What is only here would be lost', 'revoked', async (v) => {
    await v.unlocksManager();
    await v.presses('manager.reset');
    await v.sees('reset');
    await v.presses('manager.reset.confirm');
    await v.sees('reset_discard');
  }),
  staffRow('setup', 'Setting a kiosk up', 'unpacked', async () => undefined),
  staffRow('setup-keyboard', 'Typing the address by touch', 'unpacked', async (v) => {
    await v.opens('#setup-server');
    await v.page.locator('[data-part=keyboard]').waitFor();
  }),
  staffRow('setup-file', 'A file whose PIN is too short', 'shortPin', async () => undefined),
  staffRow('setup-waiting', 'A file whose server is not there yet', 'noServer', async () => undefined),
  staffRow('stopped', 'A damaged database', 'damaged', async () => undefined),
];

function row(name: string, caption: string, shop: ShopName, go: GalleryScreen['go']): GalleryScreen {
  return { name, caption, shop, go, forStaff: false };
}

function staffRow(...cells: Parameters<typeof row>): GalleryScreen {
  return { ...row(...cells), forStaff: true };
}
