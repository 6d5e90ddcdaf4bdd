import { expect, test } from '@playwright/test';
import { syncOnce } from './support/bridge.ts';
import { Customer, words } from './support/customer.ts';
import { codeFor, consentOn, consentsOf, textsTo } from './support/head-office.ts';
import { countRecords } from './support/kiosk-file.ts';
import { oneShop } from './support/one-shop.ts';
import { arrives, beginsAnew, boxOf, press, screenOf, wordsOn } from './support/screens.ts';
import { managerPin } from './support/shop.ts';

const say = words.en;
/** Nobody here is idle, also while a text is waited for. */
const timeouts = { idleWarningSeconds: 90, idleCountdownSeconds: 60, savedSeconds: 60 };

const here = oneShop({ timeouts });
test.afterEach(async () => {
  // A failed test leaves its customer behind; the next one begins in front of a screen at rest.
  if ((await screenOf(here.kiosk.page, 'attract').count()) === 0) await beginsAnew(here.kiosk.page);
});

const shown = (national: string): string => `${national.slice(0, 5)} ${national.slice(5)}`;
const e164 = (national: string): string => `+44${national.slice(1)}`;

/** Leaves a number and stays in front of the question for the code. */
async function leavesNumberToConfirm(national: string): Promise<void> {
  const customer = new Customer(here.kiosk.page);
  await customer.begins();
  await customer.taps(national);
  await customer.goesToChoices();
  await customer.ticks(0);
  await press(here.kiosk.page, say['choices.save']);
}

async function typesCode(code: string): Promise<void> {
  await here.kiosk.page.keyboard.type(code);
  await press(here.kiosk.page, say['confirm.check']);
}

/** Stops a number's messages. @returns what the screens said on the way, and the receipt code. */
async function stops(national: string): Promise<{ said: string[]; receiptCode: string }> {
  const { page } = here.kiosk;
  const said: string[] = [];
  const reads = async (screen: string) => {
    await arrives(page, screen);
    said.push(await wordsOn(page, screen, shown(national)));
  };
  await press(page, say['attract.stop']);
  await reads('stop_number');
  await new Customer(page).taps(national);
  await press(page, say['stop.next']);
  await reads('stop_confirm');
  await press(page, say['stop.yes']);
  await reads('stop_saved');
  const receiptCode = (await page.locator('[data-screen=stop_saved] bdi').textContent()) ?? '';
  await new Customer(page).finishes();
  return { said, receiptCode };
}

test('rule 5: stopping looks the same for every number, with and without a connection, and holds against an older grant that comes later', async () => {
  test.setTimeout(120_000);
  const { page } = here.kiosk;
  const known = '07400310101';
  const granted = await new Customer(page).leavesNumber(known);
  await new Customer(page).finishes();
  expect(await consentOn(here.shop.server, e164(known), granted)).toMatchObject({ state: 'opened' });

  // Another kiosk of the shop, which cannot deliver what was agreed to at it.
  const data = `${here.shop.folder}/second-kiosk`;
  const second = await here.shop.openEnrolledKiosk({ data });
  await here.shop.closeServer();
  const older = await new Customer(second.page).leavesNumber('07400320202');
  await second.close();
  const offline = [await stops(known), await stops('07400330303')];

  await here.shop.openServer();
  await syncOnce(page, managerPin);
  const online = [await stops(known), await stops('07400340404'), await stops('07400320202')];

  for (const { said } of [...offline, ...online]) expect(said).toEqual(online[0]?.said);
  expect(online[0]?.said[2]).toContain(say['stopSaved.title']);

  const [stopped] = offline;
  expect(await consentOn(here.shop.server, e164(known), stopped?.receiptCode ?? '')).toMatchObject({
    type: 'withdrawn',
  });
  expect(await consentOn(here.shop.server, e164(known), granted)).toMatchObject({ state: 'withdrawn' });

  await consentOn(here.shop.server, '+447400320202', online[2]?.receiptCode ?? '');
  const reopened = await here.shop.openKiosk({ data });
  await arrives(reopened.page, 'attract');
  await syncOnce(reopened.page, managerPin);
  // Whoever has the number is asked by text; until they say yes it is not in force.
  expect(await consentOn(here.shop.server, '+447400320202', older)).toMatchObject({
    type: 'given',
    verification: 'pending',
  });
  await reopened.close();
});

test('rule 5: stopping takes no more presses than agreeing, and the way to stop is shown before anybody agrees', async () => {
  const { page } = here.kiosk;
  const customer = new Customer(page);
  await page.evaluate(() => {
    document.body.dataset.presses = '0';
    document.addEventListener(
      'click',
      // A press on a label presses its box too; a person presses once.
      (event) => {
        if (event.detail > 0) document.body.dataset.presses = String(Number(document.body.dataset.presses) + 1);
      },
      { capture: true },
    );
  });
  const presses = async () => Number(await page.evaluate(() => document.body.dataset.presses));
  await customer.begins();
  await customer.taps('07400350505');
  await customer.goesToChoices();
  await expect(screenOf(page, 'choices')).toContainText(say['choices.withdraw']);
  await customer.ticks(0);
  await press(page, say['choices.save']);
  await screenOf(page, 'confirm').or(screenOf(page, 'saved')).first().waitFor();
  const agreeing = await presses();
  await customer.finishes();
  const before = await presses();
  await press(page, say['attract.stop']);
  await customer.taps('07400350505');
  await press(page, say['stop.next']);
  await arrives(page, 'stop_confirm');
  await press(page, say['stop.yes']);
  await arrives(page, 'stop_saved');
  const stopping = (await presses()) - before;
  expect(agreeing).toBeGreaterThan(11);
  expect(stopping).toBeLessThanOrEqual(agreeing);
  await customer.finishes();
});

test('a changed number counts once its own code was typed, and head office knows both', async () => {
  const { page } = here.kiosk;
  const customer = new Customer(page);
  const [before, after] = ['07400410101', '07400420202'] as const;
  const granted = await customer.leavesNumber(before);
  await customer.finishes();
  await consentOn(here.shop.server, e164(before), granted);

  await press(page, say['attract.change']);
  await arrives(page, 'old_number');
  await customer.taps(before);
  await press(page, say['change.next']);
  await arrives(page, 'new_number');
  await customer.taps(before);
  await press(page, say['change.check']);
  await expect(page.getByRole('status')).toHaveText(say['refusal.same']);
  for (const _ of before) await page.keyboard.press('Backspace');
  await customer.taps(after);
  await press(page, say['change.check']);
  await arrives(page, 'change_confirm');
  for (const number of [before, after]) await expect(screenOf(page, 'change_confirm')).toContainText(shown(number));
  await press(page, say['change.yes']);
  await expect(screenOf(page, 'confirm')).toContainText(say['confirm.title']);
  const changed = async () =>
    (await consentsOf(here.shop.server, e164(after))).filter((each) => each.type === 'number_changed');
  await expect.poll(changed).toMatchObject([{ verification: 'pending' }]);
  const oldTexts = await textsTo(here.shop.server, e164(before));

  await typesCode(await codeFor(here.shop.server, e164(after)));
  await arrives(page, 'saved');
  await expect(screenOf(page, 'saved')).toContainText(say['saved.changeTitle']);
  await expect(screenOf(page, 'saved')).toContainText(say['saved.confirmed']);
  await customer.finishes();
  expect(await changed()).toMatchObject([{ verification: 'confirmed' }]);
  expect(await textsTo(here.shop.server, e164(before)), 'no text went to the old number').toEqual(oldTexts);
  expect((await consentsOf(here.shop.server, e164(before))).map((each) => each.receiptCode)).toContain(granted);
});

test('rule 16: a number is no opt-in: a text asks, three wrong codes end it, a new one comes after a wait, the right one confirms', async () => {
  test.setTimeout(120_000);
  const { page } = here.kiosk;
  const confirm = screenOf(page, 'confirm');
  const number = '+447400510101';
  await leavesNumberToConfirm('07400510101');
  await expect(confirm).toContainText(say['confirm.title']);
  const first = await codeFor(here.shop.server, number);
  const wrong = first === '000000' ? '111111' : '000000';
  await expect(confirm).toContainText('You have 3 tries.');
  await typesCode('12');
  await expect(confirm).toContainText('The code has 6 digits.');
  for (const _ of '12') await page.keyboard.press('Backspace');
  await typesCode(wrong);
  await expect(confirm).toContainText('That is not the code we texted. You have 2 tries.');
  await typesCode(wrong);
  await expect(confirm).toContainText('You have one try.');
  await typesCode(wrong);
  await expect(confirm).toContainText(say['confirm.spentTitle']);
  expect(await consentsOf(here.shop.server, number)).toMatchObject([{ verification: 'pending' }]);

  const resend = page.getByRole('button', { name: say['confirm.resend'] });
  await expect(resend).toContainText(/in \d+ seconds/);
  await expect(resend).toBeDisabled();
  await resend.click({ timeout: 40_000 });
  await expect(confirm).toContainText(say['confirm.title']);
  await expect.poll(() => codeFor(here.shop.server, number)).not.toBe(first);
  await typesCode(await codeFor(here.shop.server, number));
  await arrives(page, 'saved');
  await expect(screenOf(page, 'saved')).toContainText(say['saved.confirmed']);
  await expect(page.locator('[data-confirmation=pending]')).toHaveCount(0);
  expect(await consentsOf(here.shop.server, number)).toMatchObject([{ state: 'opened', verification: 'confirmed' }]);
  await new Customer(page).finishes();
});

test('rule 16: whoever wants the text later, or has no connection, is told that it is not confirmed yet', async () => {
  const { page } = here.kiosk;
  const customer = new Customer(page);
  await leavesNumberToConfirm('07400520202');
  await expect(screenOf(page, 'confirm')).toContainText(say['confirm.title']);
  await press(page, say['confirm.later']);
  await expect(screenOf(page, 'saved')).toContainText(say['saved.pending']);
  const later = (await screenOf(page, 'saved').locator('bdi').textContent()) ?? '';
  await customer.finishes();
  expect(await consentOn(here.shop.server, '+447400520202', later)).toMatchObject({ verification: 'pending' });
  expect(await textsTo(here.shop.server, '+447400520202'), 'a text was sent all the same').toMatchObject([
    { kind: 'code' },
  ]);

  await here.shop.closeServer();

  const before = countRecords(here.shop.kioskData);
  const receiptCode = await customer.leavesNumber('07400530303');
  await expect(page.locator('[data-confirmation=pending]')).toHaveText(say['saved.pending']);
  expect(countRecords(here.shop.kioskData)).toBe(before + 1);
  await customer.finishes();
  await here.shop.openServer();
  await syncOnce(page, managerPin);
  expect(await consentOn(here.shop.server, '+447400530303', receiptCode)).toMatchObject({ verification: 'pending' });
});

test('found 19: "text me later" counts although the code is sent between finger down and finger up; until then and after it is one screen', async () => {
  const { page } = here.kiosk;
  const { pid: server } = here.shop.server;
  const confirm = screenOf(page, 'confirm');
  const later = page.getByRole('button', { name: say['confirm.later'] });
  const announcedAs = () => confirm.evaluate((screen) => screen.dataset.seen);
  process.kill(server, 'SIGSTOP');
  try {
    await leavesNumberToConfirm('07400510303');
    await expect(confirm.getByRole('status').first()).toHaveText(say['confirm.sending']);
    await confirm.evaluate((screen) => {
      screen.dataset.seen = 'once';
    });
    const { x, y, width, height } = await boxOf(later);
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
  } finally {
    process.kill(server, 'SIGCONT');
  }
  await expect(confirm).toContainText(say['confirm.title']);
  expect(await announcedAs(), 'no new screen').toBe('once');
  await expect(page.getByRole('status').first()).toHaveText(say['confirm.lead']);
  await page.mouse.up();
  await arrives(page, 'saved');
  await new Customer(page).finishes();
});
