import { expect, test } from '@playwright/test';
import { draftFor } from '../support/kiosk.ts';
import { configurationOf, syncOnce } from './support/bridge.ts';
import { Customer, words } from './support/customer.ts';
import { consentsOf } from './support/head-office.ts';
import { countRecords } from './support/kiosk-file.ts';
import { openManager } from './support/manager.ts';
import { remembers } from './support/memory.ts';
import { oneShop } from './support/one-shop.ts';
import { arrives, press, screenOf, smallTargets } from './support/screens.ts';
import { type Change, configure } from './support/server-configuration.ts';
import { managerPin } from './support/shop.ts';

const say = words.en;

const here = oneShop({ age: { threshold: 13, guardian: true } });

async function isAsked(): Promise<void> {
  await press(here.kiosk.page, say['attract.start']);
  await arrives(here.kiosk.page, 'age');
}

/** What somebody tries who wants to answer once more. */
async function triesToGoBack(): Promise<void> {
  const { page } = here.kiosk;
  for (const key of ['Escape', 'Backspace', 'Alt+ArrowLeft']) await page.keyboard.press(key);
  await page.evaluate(() => history.back());
  await expect(screenOf(page, 'age')).toHaveCount(0);
}

/** Head office changes its configuration; the kiosk learns it from its next sync. */
async function headOfficeChanges(change: Change): Promise<void> {
  await here.shop.closeServer();
  configure(here.shop, change);
  await here.shop.openServer();
  await syncOnce(here.kiosk.page, managerPin);
}

test('rule 29: the age is asked before the number, with answers that all look the same', async () => {
  const { page } = here.kiosk;
  await isAsked();
  await expect(page.locator('input')).toHaveCount(0);
  await expect(screenOf(page, 'age')).toContainText(say['age.lead']);
  const groups = page.locator('[data-screen=age] [data-part=answer] button');
  await expect(groups).toHaveText(['9 or younger', '10 to 12', '13 to 17', '18 to 32', '33 or older']);
  const looks = await groups.evaluateAll((all) =>
    all.map((each) => {
      const { width, height } = each.getBoundingClientRect();
      const { color, backgroundColor, fontWeight, borderColor } = getComputedStyle(each);
      const look = [color, backgroundColor, fontWeight, borderColor, each.getAttribute('aria-pressed')].join();
      return `${look} ${Math.round(width)} ${Math.round(height)}`;
    }),
  );
  expect(new Set(looks).size).toBe(1);
  expect(await smallTargets(page, 'age'), 'rule 21').toEqual([]);
  await expect(screenOf(page, 'age')).not.toContainText(/parent|guardian|allowed|must be/i);
  await press(page, '33 or older');
  await arrives(page, 'number');
  await new Customer(page).leavesWithoutNumber();
  await new Customer(page).finishes();
});

test('rule 18: no number of a child without a guardian whom staff have seen; the guardian leaves their own', async () => {
  const { page } = here.kiosk;
  const customer = new Customer(page);
  await isAsked();
  await press(page, '10 to 12');
  await arrives(page, 'guardian');
  await expect(page.locator('input')).toHaveCount(0);
  await triesToGoBack();
  expect(await smallTargets(page, 'guardian'), 'rule 21').toEqual([]);
  await press(page, say['common.withoutNumber']);
  await arrives(page, 'goodbye');
  await customer.finishes();
  expect(countRecords(here.shop.kioskData)).toBe(0);

  await isAsked();
  await press(page, '9 or younger');
  await press(page, say['guardian.next']);
  await arrives(page, 'attest');
  expect(await smallTargets(page, 'attest'), 'rule 21').toEqual([]);
  await page.keyboard.type('000000');
  await press(page, say['attest.confirm']);
  await expect(screenOf(page, 'attest').getByRole('alert')).toHaveText(say['pin.wrong']);
  await expect(screenOf(page, 'number')).toHaveCount(0);
  await page.keyboard.type(managerPin);
  await press(page, say['attest.confirm']);
  await arrives(page, 'number');
  await expect(screenOf(page, 'number')).toContainText(say['guardian.number']);
  expect(await remembers(page, managerPin), 'the PIN is gone with its screen').toBe(false);
  await customer.taps('07400710101');
  await customer.goesToChoices();
  await customer.ticks(0);
  await customer.saves();
  await customer.finishes();
  const found = () => consentsOf(here.shop.server, '+447400710101');
  await expect.poll(found).toMatchObject([{ type: 'guardian_consent', verification: 'pending' }]);
});

test('found 34 (14): staff vouch with a PIN of their own, set by touch on the manager screen; until then the manager PIN is asked for', async () => {
  const { page } = here.kiosk;
  const goesToAttest = async () => {
    await isAsked();
    await press(page, '9 or younger');
    await press(page, say['guardian.next']);
    await arrives(page, 'attest');
  };
  const attest = screenOf(page, 'attest');
  await goesToAttest();
  await expect(attest).toContainText(say['attest.textManager']);
  await press(page, say['attest.back']);
  await press(page, say['common.withoutNumber']);
  await new Customer(page).finishes();

  const manager = await openManager(page, managerPin);
  await expect(manager).toContainText(say['staffPin.none']);
  await press(page, say['staffPin.set']);
  const dialog = screenOf(page, 'staff_pin');
  const taps = async (digits: string) => {
    for (const digit of digits) await dialog.getByRole('button', { name: digit, exact: true }).click();
  };
  await taps('1234');
  await press(page, say['staffPin.next']);
  await expect(dialog.getByRole('alert')).toHaveText('The PIN needs 6 to 12 digits, and nothing else.');
  for (const [first, second, refusal] of [
    ['735512', '735513', say['staffPin.differ']],
    [managerPin, managerPin, say['staffPin.equal']],
  ] as const) {
    await taps(first);
    await press(page, say['staffPin.next']);
    await taps(second);
    await press(page, say['staffPin.save']);
    await expect(dialog.getByRole('alert')).toHaveText(refusal);
  }
  await taps('735512');
  await press(page, say['staffPin.next']);
  await taps('735512');
  await press(page, say['staffPin.save']);
  await expect(manager).toContainText(say['staffPin.isSet']);
  await press(page, say['manager.leave']);
  await arrives(page, 'attract');
  expect(await remembers(page, '735512'), 'the PIN is gone with the room').toBe(false);

  await goesToAttest();
  await expect(attest).toContainText(say['attest.text']);
  await page.keyboard.type(managerPin, { delay: 120 });
  await press(page, say['attest.confirm']);
  await expect(attest.getByRole('alert')).toHaveText(say['pin.wrong']);
  await page.keyboard.type('735512', { delay: 120 });
  await press(page, say['attest.confirm']);
  await arrives(page, 'number');
  await new Customer(page).leavesWithoutNumber();
  await new Customer(page).finishes();
});

test('rule 18: the main process keeps no guardian consent that nobody vouched for', async () => {
  const { page } = here.kiosk;
  const before = countRecords(here.shop.kioskData);
  const draft = { ...draftFor(await configurationOf(page), '+447400720202'), type: 'guardian_consent' as const };
  const answer = await page.evaluate((given) => window.countersign.save(given), draft);
  expect(answer).toMatchObject({ ok: false, error: { code: 'attestation_missing' } });
  expect(countRecords(here.shop.kioskData)).toBe(before);
});

test('rule 29: below the threshold and with no guardian to agree, nothing is kept and nothing else can be answered', async () => {
  const { page } = here.kiosk;
  const before = countRecords(here.shop.kioskData);
  await headOfficeChanges({ age: { threshold: 16, guardian: false } });
  await isAsked();
  await press(page, '13 to 15');
  await arrives(page, 'too_young');
  await expect(screenOf(page, 'too_young')).toContainText(say['tooYoung.text']);
  await expect(page.locator('input')).toHaveCount(0);
  const answers = screenOf(page, 'too_young').locator('[data-part=body], [data-part=actions]').getByRole('button');
  await expect(answers).toHaveText([say['saved.finish']]);
  await triesToGoBack();
  expect(await smallTargets(page, 'too_young'), 'rule 21').toEqual([]);
  await screenOf(page, 'attract').waitFor({ timeout: 15_000 });
  expect(countRecords(here.shop.kioskData)).toBe(before);
});

test('rule 13: while head office has paused the asking nobody is asked, and stopping works as ever', async () => {
  const { page } = here.kiosk;
  await headOfficeChanges({ paused: true });
  const paused = screenOf(page, 'paused');
  await paused.waitFor();
  await expect(paused).toContainText(say['paused.text']);
  await expect(page.getByRole('button', { name: say['attract.start'] })).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(paused).toBeVisible();
  expect(await smallTargets(page, 'paused'), 'rule 21').toEqual([]);
  await press(page, say['attract.stop']);
  await new Customer(page).taps('07400710101');
  await press(page, say['stop.next']);
  await press(page, say['stop.yes']);
  await arrives(page, 'stop_saved');
  await press(page, say['saved.finish']);
  await paused.waitFor();
  const consentStatus = async () =>
    (await consentsOf(here.shop.server, '+447400710101')).map(({ type, state }) => `${type} ${state}`);
  await expect.poll(consentStatus).toContain('guardian_consent withdrawn');
});
