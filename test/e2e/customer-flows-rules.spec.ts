import { expect, type Locator, test } from '@playwright/test';
import { configurationOf } from './support/bridge.ts';
import { Customer, words } from './support/customer.ts';
import { consentsOf } from './support/head-office.ts';
import { countRecords } from './support/kiosk-file.ts';
import { arrives, press, screenOf, smallTargets } from './support/screens.ts';
import { configure } from './support/server-configuration.ts';
import { type OpenKiosk, Shop } from './support/shop.ts';

const say = words.en;
const timeouts = { idleWarningSeconds: 6, idleCountdownSeconds: 30, savedSeconds: 30 };

let shop: Shop;
let kiosk: OpenKiosk;
test.beforeAll(async () => {
  shop = new Shop();
  configure(shop, { timeouts });
  kiosk = await shop.openEnrolledKiosk();
});
test.afterAll(() => shop.end());
test.afterEach(async () => {
  // A failed test leaves its customer behind; a screen that begins anew has no customer.
  await kiosk.page.reload();
  await arrives(kiosk.page, 'attract');
});

async function atChoices(national: string, customer = new Customer(kiosk.page)): Promise<Customer> {
  await customer.begins();
  await customer.taps(national);
  await customer.goesToChoices();
  return customer;
}

const ticked = (): Promise<boolean[]> =>
  kiosk.page.getByRole('checkbox').evaluateAll((all) => (all as HTMLInputElement[]).map(({ checked }) => checked));

async function shownBoxes() {
  const { notices, languages } = await configurationOf(kiosk.page);
  return notices
    .filter(({ notice }) => notice.language === languages[0])
    .flatMap(({ notice }) => notice.boxes.map((box) => ({ ...box, purpose: notice.purpose })));
}

const boxOf = async (control: Locator) => {
  const box = await control.boundingBox();
  if (box === null) throw new Error('it is not on the screen');
  return box;
};

test('rule 1: no box is ticked beforehand; rule 2: each purpose and channel has its own, and a tick is only its own', async () => {
  const customer = await atChoices('07400810101');
  const boxes = await shownBoxes();
  const names = await kiosk.page
    .locator('[data-box]')
    .evaluateAll((all) => all.map((each) => each.getAttribute('data-box')));
  expect(names).toEqual(boxes.map(({ purpose, channel }) => `${purpose}/${channel}`));
  expect(new Set(names).size).toBe(names.length);
  expect(await ticked()).toEqual(boxes.map(() => false));
  for (const at of boxes.keys()) {
    await customer.ticks(at);
    expect(await ticked()).toEqual(boxes.map((_, other) => other === at));
    await kiosk.page.getByRole('checkbox').nth(at).click({ force: true });
    expect(await ticked()).toEqual(boxes.map(() => false));
  }
});

test('rule 3: what is agreed to stands by itself, beside its own box, without the privacy notice or terms', async () => {
  await atChoices('07400820202');
  const { privacyNotices } = await configurationOf(kiosk.page);
  const rows = kiosk.page.locator('[data-box]');
  for (const [at, { label, sentence }] of (await shownBoxes()).entries()) {
    await expect(rows.nth(at)).toHaveText(`${label}${sentence}`);
    expect(sentence.split(/\s+/).length, 'short enough to be read standing').toBeLessThan(40);
  }
  const text = await screenOf(kiosk.page, 'choices').innerText();
  for (const { notice } of privacyNotices) {
    for (const section of notice.sections) expect(text).not.toContain(section.text.slice(0, 40));
  }
});

test('rule 7: the notice one press away names everything that the law lists', async () => {
  await atChoices('07400830303');
  await press(kiosk.page, say['choices.privacy']);
  const notice = screenOf(kiosk.page, 'privacy_notice');
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
  expect(await smallTargets(kiosk.page, 'privacy_notice'), 'rule 21').toEqual([]);
});

test('rule 4: no thanks is as large and as near as yes on every screen that asks, one press, and nothing is kept', async () => {
  const { page } = kiosk;
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
  expect(countRecords(shop.kioskData)).toBe(0);
  expect(await consentsOf(shop.server, '+447400840404')).toEqual([]);
});

test('rule 26: nobody who only looks is asked; rule 27: the screen says that nobody needs a number', async () => {
  const { page } = kiosk;
  await expect(page.locator('input')).toHaveCount(0);
  await expect(screenOf(page, 'attract')).toContainText(say['attract.promise']);
  await page.keyboard.type('07400840404');
  await expect(screenOf(page, 'attract')).toBeVisible();
  const customer = new Customer(page);
  await customer.begins();
  await expect(page.locator('[data-screen=number] input')).toHaveValue('');
  await customer.leavesWithoutNumber();
  await customer.finishes();
});

test('rule 10: a number left for the coffee card alone is in no marketing list, and the other way round', async () => {
  const boxes = await shownBoxes();
  const answers = async (number: string) => {
    await expect.poll(() => consentsOf(shop.server, number)).toHaveLength(1);
    const [record] = await consentsOf(shop.server, number);
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

test('rule 21: everything that can be pressed is at least 44 pixels high and wide on every screen', async () => {
  const { page } = kiosk;
  const small: string[] = [];
  const measures = async (screen: string) => small.push(...(await smallTargets(page, screen)));
  const customer = new Customer(page);
  await measures('attract');
  await press(page, say['help.open']);
  await measures('help');
  await page.keyboard.press('Escape');
  await customer.begins();
  await measures('number');
  await page.locator('[data-screen=number] [aria-haspopup=dialog]').click();
  await page.locator('[data-screen=country]').getByRole('option').first().waitFor();
  await measures('country');
  await page.keyboard.press('Escape');
  await customer.taps('07400870707');
  await customer.goesToChoices();
  await measures('choices');
  await customer.ticks(0);
  await press(page, say['choices.save']);
  await page.getByRole('button', { name: say['confirm.check'] }).waitFor();
  await measures('confirm');
  await press(page, say['confirm.later']);
  await measures('saved');
  await customer.finishes();

  await press(page, say['attract.stop']);
  await measures('stop_number');
  await customer.taps('07400870707');
  await press(page, say['stop.next']);
  await measures('stop_confirm');
  await press(page, say['stop.yes']);
  await measures('stop_saved');
  await customer.finishes();

  await press(page, say['attract.change']);
  await measures('old_number');
  await customer.taps('07400870707');
  await press(page, say['change.next']);
  await measures('new_number');
  await customer.taps('07400880808');
  await press(page, say['change.check']);
  await measures('change_confirm');
  await press(page, say['common.leaveAsItIs']);
  await measures('goodbye');
  await customer.finishes();
  await page.keyboard.press('Control+Alt+m');
  await measures('pin');
  await page.keyboard.press('Escape');
  expect(small).toEqual([]);
});

test('rule 22: before the time is up the screen says so, shows it running and speaks it, and one press gives the whole time again', async () => {
  const { page } = kiosk;
  await page.evaluate(() => {
    const spoken: string[] = [];
    const voice = { lang: 'en-GB', localService: true, name: 'test', voiceURI: 'test', default: true };
    Object.assign(window, {
      SpeechSynthesisUtterance: class {
        readonly text: string;
        constructor(text: string) {
          this.text = text;
        }
      },
    });
    Object.assign(speechSynthesis, {
      getVoices: () => [voice],
      cancel: () => undefined,
      speak: ({ text }: { text: string }) => {
        spoken.push(text);
        document.documentElement.dataset.spoken = spoken.join(' | ');
      },
    });
    speechSynthesis.dispatchEvent(new Event('voiceschanged'));
  });
  const spoken = async () => (await page.locator('html').getAttribute('data-spoken')) ?? '';
  await press(page, say['help.open']);
  await press(page, say['help.speech']);
  await page.getByRole('button', { name: say['help.again'] }).waitFor();
  await page.keyboard.press('Escape');
  const customer = new Customer(page);
  await customer.begins();
  await customer.taps('074');
  const warning = screenOf(page, 'idle_warning');
  await warning.waitFor({ timeout: 25_000 });
  await expect(warning.getByRole('timer')).toHaveText(/^In \d+ seconds we delete what you typed\.$/);
  await expect.poll(spoken).toContain(say['idle.title']);
  const first = Number((await warning.getByRole('timer').innerText()).replaceAll(/\D/g, ''));
  await expect
    .poll(async () => Number((await warning.getByRole('timer').innerText()).replaceAll(/\D/g, '')))
    .toBeLessThan(first);
  expect(await smallTargets(page, 'idle_warning'), 'rule 21').toEqual([]);
  await press(page, say['idle.stay']);
  await expect(warning).toHaveCount(0);
  await expect(page.getByLabel('Phone number')).toHaveValue('074');
  await page.waitForTimeout((timeouts.idleWarningSeconds - 2) * 1_000);
  await expect(warning, 'the whole time again').toHaveCount(0);
  await warning.waitFor({ timeout: 25_000 });
  await press(page, say['idle.leave']);
  await arrives(page, 'attract');
});

test('rule 25: in Arabic the whole way is mirrored, and a number still reads from left to right', async () => {
  const { page } = kiosk;
  const customer = new Customer(page);
  const left = async (name: string) => (await boxOf(page.getByRole('button', { name, exact: true }))).x;
  await customer.begins();
  expect(await left(say['number.next'])).toBeGreaterThan(await left(say['common.withoutNumber']));
  await customer.leavesWithoutNumber();
  await customer.finishes();

  const arabic = words.ar;
  await customer.speaks('ar');
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await customer.begins();
  expect(await left(arabic['number.next'])).toBeLessThan(await left(arabic['common.withoutNumber']));
  const keypad = page.getByRole('group', { name: arabic['number.keypad'] });
  const key = async (digit: string) => (await boxOf(keypad.getByRole('button', { name: digit, exact: true }))).x;
  expect(await key('1')).toBeLessThan(await key('3'));
  await customer.taps('07400890909');
  await expect(page.locator('[data-screen=number] input')).toHaveValue('07400 890909');
  expect(await page.locator('[data-screen=number] input').evaluate((each) => getComputedStyle(each).direction)).toBe(
    'ltr',
  );
  await customer.goesToChoices();
  expect(await left(arabic['choices.save'])).toBeLessThan(await left(arabic['common.withoutNumber']));
  await customer.ticks(0);
  await customer.saves();
  await customer.finishes();
  await expect.poll(() => consentsOf(shop.server, '+447400890909')).toMatchObject([{ language: 'ar' }]);
});
