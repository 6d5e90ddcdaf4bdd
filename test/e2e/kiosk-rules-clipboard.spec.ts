import { expect, type Locator, test } from '@playwright/test';
import { Customer, words } from './support/customer.ts';
import { oneShop } from './support/one-shop.ts';
import { boxOf, screenOf } from './support/screens.ts';
import { touchLong } from './support/touch.ts';

const here = oneShop();

/** How somebody takes hold of what is shown. */
const grips: Record<string, (shown: Locator) => Promise<void>> = {
  'a double click': (shown) => shown.dblclick({ position: { x: 40, y: 20 } }),
  'pulling over it': async (shown) => {
    const { x, y, width, height } = await boxOf(shown);
    const { mouse } = here.kiosk.page;
    await mouse.move(x + 2, y + height / 2);
    await mouse.down();
    await mouse.move(x + width - 2, y + height / 2, { steps: 5 });
    await mouse.up();
  },
  'a long touch': touchLong,
  'select all': () => here.kiosk.page.keyboard.press('Control+a'),
  'shift and home': async () => {
    await here.kiosk.page.keyboard.press('End');
    await here.kiosk.page.keyboard.press('Shift+Home');
  },
  'tabbing around the screen': async () => {
    for (let stop = 0; stop < 40; stop++) await here.kiosk.page.keyboard.press('Tab');
  },
};

/** What the machine's clipboards hold; the second one is where Linux puts what is merely selected. */
const clipboards = () =>
  here.kiosk.application.evaluate(async ({ clipboard }) => {
    // Apart since Electron 45; before, it was asked for by name.
    const askedByName = clipboard.readText.bind(clipboard, ...(['selection'] as unknown as []));
    const { readText: readSelection = askedByName } = clipboard.selection ?? {};
    return [await clipboard.readText(), await readSelection()];
  });

async function expectNothingTaken(shown: Locator, digits: string): Promise<void> {
  for (const [name, grip] of Object.entries(grips)) {
    await grip(shown);
    for (const keys of ['Control+c', 'Control+x', 'Control+Insert']) await here.kiosk.page.keyboard.press(keys);
    expect((await clipboards()).join(), name).not.toContain(digits);
  }
}

test('a number on the screen comes into no clipboard, whatever is pulled, held or pressed', async () => {
  const { page } = here.kiosk;
  const customer = new Customer(page);
  await customer.begins();
  await customer.taps('07400200300');
  const field = page.getByLabel(words.en['number.field']);
  await expectNothingTaken(field, '200300');
  await expect(field).toHaveText('07400 200300');

  await customer.goesToChoices();
  await expectNothingTaken(screenOf(page, 'choices').getByText('07400 200300'), '200300');
});
