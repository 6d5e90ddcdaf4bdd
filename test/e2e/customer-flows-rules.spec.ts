import { expect, type Locator, test } from '@playwright/test';
import america from '../../server/modules/configuration/demo-us.json' with { type: 'json' };
import { configurationOf } from './support/bridge.ts';
import { Customer, words } from './support/customer.ts';
import { consentsOf } from './support/head-office.ts';
import { countRecords } from './support/kiosk-file.ts';
import { oneShop } from './support/one-shop.ts';
import { beginsAnew, boxOf, press, screenOf } from './support/screens.ts';
import { configure } from './support/server-configuration.ts';
import { Shop } from './support/shop.ts';

const say = words.en;
const timeouts = { idleWarningSeconds: 6, idleCountdownSeconds: 30, savedSeconds: 45 };

const here = oneShop({ timeouts });
test.afterEach(() => beginsAnew(here.kiosk.page));

async function atChoices(national: string, customer = new Customer(here.kiosk.page)): Promise<Customer> {
  await customer.begins();
  await customer.taps(national);
  await customer.goesToChoices();
  return customer;
}

const ticked = (): Promise<boolean[]> =>
  here.kiosk.page.getByRole('checkbox').evaluateAll((all) => (all as HTMLInputElement[]).map(({ checked }) => checked));

async function shownBoxes() {
  const { notices, languages } = await configurationOf(here.kiosk.page);
  return notices
    .filter(({ notice }) => notice.language === languages[0])
    .flatMap(({ notice }) => notice.boxes.map((box) => ({ ...box, purpose: notice.purpose })));
}

test('rule 1: no box is ticked beforehand, and save does nothing until the customer has ticked one', async () => {
  const customer = await atChoices('07400810101');
  const none = (await shownBoxes()).map(() => false);
  expect(none.length).toBeGreaterThan(1);
  expect(await ticked()).toEqual(none);
  await press(here.kiosk.page, say['choices.save']);
  await expect(here.kiosk.page.getByRole('status')).toHaveText(say['choices.nudge']);
  expect(await ticked()).toEqual(none);
  await customer.leavesWithoutNumber();
  await customer.finishes();
  expect(countRecords(here.shop.kioskData)).toBe(0);
});

test('rule 2: each purpose and channel has a box of its own, and a tick is only its own', async () => {
  const customer = await atChoices('07400810202');
  const boxes = await shownBoxes();
  const names = await here.kiosk.page
    .locator('[data-box]')
    .evaluateAll((all) => all.map((each) => each.getAttribute('data-box')));
  expect(names).toEqual(boxes.map(({ purpose, channel }) => `${purpose}/${channel}`));
  expect(new Set(names).size).toBe(names.length);
  for (const at of boxes.keys()) {
    await customer.ticks(at);
    expect(await ticked()).toEqual(boxes.map((_, other) => other === at));
    await here.kiosk.page.getByRole('checkbox').nth(at).click({ force: true });
    expect(await ticked()).toEqual(boxes.map(() => false));
  }
});

test('rule 3: what is agreed to stands by itself, beside its own box, without the privacy notice or terms', async () => {
  await atChoices('07400820202');
  const { privacyNotices } = await configurationOf(here.kiosk.page);
  const rows = here.kiosk.page.locator('[data-box]');
  for (const [at, { label, sentence }] of (await shownBoxes()).entries()) {
    await expect(rows.nth(at)).toHaveText(`${label}${sentence}`);
    expect(sentence.split(/\s+/).length, 'short enough to be read standing').toBeLessThan(40);
    const size = await rows.nth(at).evaluate((row) => Number.parseFloat(getComputedStyle(row).fontSize));
    expect(size, 'no fine print').toBeGreaterThanOrEqual(16);
  }
  const text = await screenOf(here.kiosk.page, 'choices').innerText();
  for (const { notice } of privacyNotices) {
    for (const section of notice.sections) expect(text).not.toContain(section.text.slice(0, 40));
  }
});

test('rule 7: the notice one press away names everything that the law lists', async () => {
  await atChoices('07400830303');
  await press(here.kiosk.page, say['choices.privacy']);
  const notice = screenOf(here.kiosk.page, 'privacy_notice');
  await notice.waitFor();
  for (const [what, named] of Object.entries({
    controller: /Alder & Pine Ltd/,
    contact: /privacy@/,
    purposes: /coffee card[\s\S]*offers[\s\S]*calls/i,
    basis: /Article 6\(1\)\(a\)/,
    recipients: /who sees it/i,
    transfers: /another country/,
    retention: /two years[\s\S]*one year/,
    rights: /copy[\s\S]*corrected, deleted or limited[\s\S]*another company/,
    withdrawal: /Reply STOP/,
    complaint: /complain to the Information Commissioner/,
  })) {
    await expect(notice, what).toContainText(named);
  }
});

test('rule 4: no thanks is as large and as near as yes on every screen that asks, one press, and nothing is kept', async () => {
  const { page } = here.kiosk;
  const asAlike = async (refuse: string, accept: string) => {
    const [no, yes] = [refuse, accept].map((name) => page.getByRole('button', { name, exact: true })) as [
      Locator,
      Locator,
    ];
    const [a, b] = [await boxOf(no), await boxOf(yes)];
    expect([a.y, a.height]).toEqual([b.y, b.height]);
    expect(a.width).toBeGreaterThanOrEqual(b.width - 1);
    const font = (one: Locator) =>
      one.evaluate((each) => [getComputedStyle(each).fontSize, getComputedStyle(each).fontWeight]);
    expect(await font(no)).toEqual(await font(yes));
  };
  const customer = new Customer(page);
  await customer.begins();
  await asAlike(say['common.withoutNumber'], say['number.next']);
  await customer.leavesWithoutNumber();
  await expect(screenOf(page, 'goodbye')).toContainText(say['goodbye.text']);
  await customer.finishes();
  await atChoices('07400840404');
  await asAlike(say['common.withoutNumber'], say['choices.save']);
  await customer.leavesWithoutNumber();
  await expect(screenOf(page, 'goodbye')).toContainText(say['goodbye.text']);
  await customer.finishes();
  expect(countRecords(here.shop.kioskData)).toBe(0);
  expect(await consentsOf(here.shop.server, '+447400840404')).toEqual([]);
});

test('rule 26: nobody who only looks is asked: the first screen has no field and takes no digit', async () => {
  const { page } = here.kiosk;
  await expect(page.locator('input')).toHaveCount(0);
  await page.keyboard.type('07400840404');
  await expect(screenOf(page, 'attract')).toBeVisible();
  const customer = new Customer(page);
  await customer.begins();
  await expect(page.locator('[data-screen=number] [role=textbox]')).toHaveText('');
  await customer.leavesWithoutNumber();
  await customer.finishes();
});

test('rule 27: the first screen says that nobody needs a number, and each screen that asks for one has a way on without', async () => {
  const { page } = here.kiosk;
  const customer = new Customer(page);
  await expect(screenOf(page, 'attract')).toContainText(say['attract.promise']);
  const wayOn = page.getByRole('button', { name: say['common.withoutNumber'], exact: true });
  await customer.begins();
  await expect(wayOn).toBeInViewport({ ratio: 1 });
  await customer.taps('07400');
  await expect(wayOn).toBeInViewport({ ratio: 1 });
  await customer.taps('840505');
  await customer.goesToChoices();
  await expect(wayOn).toBeInViewport({ ratio: 1 });
  await customer.leavesWithoutNumber();
  await expect(screenOf(page, 'goodbye')).toContainText(say['goodbye.text']);
  await customer.finishes();
});

test('rule 10: a number left for the coffee card alone is in no marketing list, and the other way round', async () => {
  const boxes = await shownBoxes();
  const answers = async (number: string) => {
    await expect.poll(() => consentsOf(here.shop.server, number)).toHaveLength(1);
    const [record] = await consentsOf(here.shop.server, number);
    return record?.choices.map(({ purpose, channel, answer }) => `${purpose}/${channel} ${answer}`);
  };
  for (const [at, national] of [
    [0, '07400850505'],
    [1, '07400860606'],
  ] as const) {
    const customer = await atChoices(national);
    await customer.ticks(at);
    await customer.saves();
    await customer.finishes();
    expect(await answers(`+44${national.slice(1)}`)).toEqual(
      boxes.map(({ purpose, channel }, box) => `${purpose}/${channel} ${box === at ? 'granted' : 'declined'}`),
    );
  }
});

test('rule 16: in the United States the call to action stands beside the boxes, whole and readable, before anybody agrees', async () => {
  const states = new Shop();
  configure(states, { ...america, age: null, timeouts });
  try {
    const { page } = await states.openEnrolledKiosk();
    const customer = new Customer(page);
    await customer.begins();
    await customer.taps('2125550123');
    await customer.goesToChoices();
    const [words] = america.words;
    const smallPrint = page.getByText(words?.smallPrint ?? 'none', { exact: true });
    for (const said of [/Alder & Pine/, /messages a month/, /data rates may apply/, /HELP/, /STOP/, /terms/, /privacy/])
      await expect(smallPrint).toContainText(said);
    await expect(smallPrint).toBeInViewport({ ratio: 1 });
    expect(await smallPrint.evaluate((each) => Number.parseFloat(getComputedStyle(each).fontSize))).toBeGreaterThan(13);
    expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0);
  } finally {
    await states.end();
  }
});
