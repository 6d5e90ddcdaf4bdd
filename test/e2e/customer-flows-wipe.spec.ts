import { expect, test } from '@playwright/test';
import { britishMobile } from '../support/kiosk.ts';
import { Customer, words } from './support/customer.ts';
import { heapHolds, keptByBrowser, mainHeapHolds, remembers } from './support/memory.ts';
import { oneShop } from './support/one-shop.ts';
import { arrives, press, screenOf } from './support/screens.ts';
import { touchLong } from './support/touch.ts';

const say = words.en;
/** The long run is `COUNTERSIGN_LONG=1`. */
const rounds = process.env.COUNTERSIGN_LONG === '1' ? 300 : 60;
/** Waiting until a customer counts as gone takes seconds; so does looking through the page's whole memory, once in each series of ways. */
const idleEvery = 30;

/** The shortest that a shop may set, because some rounds wait for them; the warning comes later than a busy machine may stand still. */
const timeouts = { idleWarningSeconds: 10, idleCountdownSeconds: 20, savedSeconds: 45 };

/** A trace would photograph every step of every round; each round has its name. */
test.use({ trace: 'off' });

const here = oneShop({ timeouts });

async function types(number: string): Promise<void> {
  await here.kiosk.page.keyboard.type(`0${number.slice(3)}`);
  await expect
    .poll(() => remembers(here.kiosk.page, number.slice(3)), 'it is seen while it is on the screen')
    .toBe(true);
}

async function toChoices(number: string): Promise<Customer> {
  const customer = new Customer(here.kiosk.page);
  await customer.begins();
  await types(number);
  await customer.goesToChoices();
  return customer;
}

async function toStopConfirm(number: string): Promise<void> {
  await press(here.kiosk.page, say['attract.stop']);
  await arrives(here.kiosk.page, 'stop_number');
  await types(number);
  await press(here.kiosk.page, say['stop.next']);
  await arrives(here.kiosk.page, 'stop_confirm');
}

async function toNewNumber(number: string): Promise<void> {
  await press(here.kiosk.page, say['attract.change']);
  await arrives(here.kiosk.page, 'old_number');
  await types(number);
  await press(here.kiosk.page, say['change.next']);
  await arrives(here.kiosk.page, 'new_number');
}

const other = '07400999999';

async function toChangeConfirm(number: string): Promise<void> {
  await toNewNumber(number);
  await here.kiosk.page.keyboard.type(other);
  await press(here.kiosk.page, say['change.check']);
  await arrives(here.kiosk.page, 'change_confirm');
}

const leaves = (name: string) => press(here.kiosk.page, name);

/** Every way a customer leaves, by what they pressed last. */
const ways: Record<string, (number: string) => Promise<void>> = {
  'without a number, while typing': async (number) => {
    await new Customer(here.kiosk.page).begins();
    await types(number);
    await leaves(say['common.withoutNumber']);
  },
  'without a number, by the escape key': async (number) => {
    await new Customer(here.kiosk.page).begins();
    await types(number);
    await here.kiosk.page.keyboard.press('Escape');
  },
  'without a number, at the choices': async (number) => {
    await (await toChoices(number)).ticks(0);
    await leaves(say['common.withoutNumber']);
  },
  'after correcting the number': async (number) => {
    await toChoices(number);
    await leaves(say['common.correct']);
    await arrives(here.kiosk.page, 'number');
    await leaves(say['common.withoutNumber']);
  },
  'finished, saved': async (number) => {
    const customer = await toChoices(number);
    await customer.ticks(0);
    await customer.saves();
  },
  'nothing stopped, while typing': async (number) => {
    await press(here.kiosk.page, say['attract.stop']);
    await arrives(here.kiosk.page, 'stop_number');
    await types(number);
    await leaves(say['common.leaveAsItIs']);
  },
  'nothing stopped, at the question': async (number) => {
    await toStopConfirm(number);
    await leaves(say['common.leaveAsItIs']);
  },
  'finished, stopped': async (number) => {
    await toStopConfirm(number);
    await leaves(say['stop.yes']);
    await arrives(here.kiosk.page, 'stop_saved');
  },
  'nothing changed, at the new number': async (number) => {
    await toNewNumber(number);
    await leaves(say['common.leaveAsItIs']);
  },
  'nothing changed, at the question': async (number) => {
    await toChangeConfirm(number);
    await leaves(say['common.leaveAsItIs']);
  },
};

test(`after finishing, each cancel and being idle, ${rounds} times, the number is nowhere in the page`, async () => {
  test.setTimeout(rounds * 6_000);
  const { page } = here.kiosk;
  const names = Object.keys(ways);
  for (let round = 0; round < rounds; round++) {
    const number = britishMobile(round * 331 + 7);
    const name = names[round % names.length] ?? '';
    const idle = round % idleEvery === idleEvery - 1;
    await test.step(`round ${round}: ${idle ? 'gone without a word' : name}`, async () => {
      if (idle) {
        await toChoices(number);
      } else {
        await ways[name]?.(number);
        const finish = page.getByRole('button', { name: say['saved.finish'] });
        await finish.waitFor();
        expect(await remembers(page, number.slice(3)), `on the last screen: ${name}`).toBe(false);
        // It may go by itself at this very moment.
        await finish.click({ timeout: 2_000 }).catch(() => undefined);
      }
      await screenOf(page, 'attract').waitFor({ timeout: 60_000 });
      for (const digits of [number.slice(3), other.slice(1)]) expect(await remembers(page, digits), name).toBe(false);
      expect(await keptByBrowser(page)).toBe(0);
      if (round % names.length === names.length - 1) {
        expect(await heapHolds(page, number.slice(3)), `in the page's memory: ${name}`).toBe(0);
        expect(await mainHeapHolds(here.kiosk.application, number.slice(3)), `in the main process: ${name}`).toBe(0);
      }
    });
  }
  // Every number of the whole run, in whatever the page still holds.
  for (let round = 0; round < rounds; round++) {
    expect(await remembers(page, britishMobile(round * 331 + 7).slice(3))).toBe(false);
  }
});

/** Chromium keeps what was touched so until the next time. */
const longTouches: Record<string, () => Promise<void>> = {
  'a long touch on the field': () => touchLong(here.kiosk.page.getByLabel(say['number.field'])),
  'a right click on the field': () => here.kiosk.page.getByLabel(say['number.field']).click({ button: 'right' }),
  'a right click on a key': () =>
    here.kiosk.page.getByRole('group', { name: say['number.keypad'] }).getByText('5').click({ button: 'right' }),
  'the menu key': () => here.kiosk.page.keyboard.press('ContextMenu'),
};

for (const [at, [name, touches]] of Object.entries(longTouches).entries()) {
  test(`after ${name} nothing of the number stays behind the last screen`, async () => {
    const number = britishMobile(70_000 + at);
    await new Customer(here.kiosk.page).begins();
    await types(number);
    await touches();
    // By key: another touch would take the place of the last one.
    await here.kiosk.page.keyboard.press('Escape');
    await arrives(here.kiosk.page, 'goodbye');
    expect(await heapHolds(here.kiosk.page, number.slice(3))).toBe(0);
    await screenOf(here.kiosk.page, 'attract').waitFor({ timeout: 20_000 });
  });
}

/** Leaves a number in the page, in one place after another. */
const places: Record<string, (text: string) => void> = {
  text: (text) => {
    document.body.appendChild(document.createElement('i')).textContent = text;
  },
  attribute: (text) => document.documentElement.setAttribute('data-left', text),
  input: (text) => {
    document.body.appendChild(document.createElement('input')).value = text;
  },
  title: (text) => {
    document.title = text;
  },
  localStorage: (text) => localStorage.setItem('left', text),
  sessionStorage: (text) => sessionStorage.setItem('left', text),
  'history state': (text) => history.replaceState({ left: text }, ''),
  address: (text) => history.replaceState(null, '', `#${text}`),
};

/** In the page: takes it away again. */
function tidies(): void {
  for (const left of document.querySelectorAll('body > i, body > input')) left.remove();
  document.documentElement.removeAttribute('data-left');
  document.title = 'Countersign';
  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, '', location.pathname);
}

test('the search finds a number in each kind of place where one could be left', async () => {
  const { page, application } = here.kiosk;
  const number = '7400 999888';
  const digits = '7400999888';
  for (const [place, leave] of Object.entries(places)) {
    expect(await remembers(page, digits), `before: ${place}`).toBe(false);
    await page.evaluate(leave, number);
    expect(await remembers(page, digits), place).toBe(true);
    await page.evaluate(tidies);
  }
  expect(await keptByBrowser(page)).toBe(0);
  await page.evaluate(
    (name) => new Promise((resolve) => Object.assign(indexedDB.open(name), { onsuccess: resolve })),
    number,
  );
  expect(await keptByBrowser(page), 'a database').toBe(1);

  expect(await heapHolds(page, '7400999777')).toBe(0);
  await page.evaluate((text) => Object.assign(window, { left: { deep: [text] } }), '7400 999777');
  expect(await remembers(page, '7400999777'), 'not to be seen in the page').toBe(false);
  expect(await heapHolds(page, '7400999777'), 'in the state of a script').toBeGreaterThan(0);

  expect(await mainHeapHolds(application, '7400999666')).toBe(0);
  await application.evaluate((_, text) => Object.assign(globalThis, { left: [text] }), '7400 999666');
  expect(await mainHeapHolds(application, '7400999666'), 'in the main process').toBeGreaterThan(0);

  // Last, because a page cannot shorten its history.
  await page.evaluate(() => history.pushState(null, ''));
  expect(await remembers(page, digits), 'a step back in the history').toBe(true);
});
