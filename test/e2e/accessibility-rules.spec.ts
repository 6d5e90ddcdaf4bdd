import { expect, test } from '@playwright/test';
import { Customer, words } from './support/customer.ts';
import { consentsOf } from './support/head-office.ts';
import { oneShop } from './support/one-shop.ts';
import { arrives, beginsAnew, boxOf, press, screenOf, smallTargets } from './support/screens.ts';

const say = words.en;
const timeouts = { idleWarningSeconds: 6, idleCountdownSeconds: 30, savedSeconds: 45 };

const here = oneShop({ timeouts });
test.afterEach(() => beginsAnew(here.kiosk.page));

test('rule 21: everything that can be pressed is at least 44 pixels high and wide on every screen', async () => {
  const { page } = here.kiosk;
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
  await press(page, say['choices.privacy']);
  await measures('privacy_notice');
  await press(page, say['privacy.close']);
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
  const { page } = here.kiosk;
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
  await expect(page.getByLabel('Phone number')).toHaveText('074');
  await page.waitForTimeout((timeouts.idleWarningSeconds - 2) * 1_000);
  await expect(warning, 'the whole time again').toHaveCount(0);
  await warning.waitFor({ timeout: 25_000 });
  await press(page, say['idle.leave']);
  await arrives(page, 'attract');
});

/** What moves in the page now, by whatever style. */
const moving = (): Promise<number> =>
  here.kiosk.page.evaluate(
    () => document.getAnimations().filter((each) => Number(each.effect?.getComputedTiming().activeDuration) > 1).length,
  );

test('rule 23: nothing moves for whoever asks for less movement, in the system or in the help', async () => {
  const { page } = here.kiosk;
  const customer = new Customer(page);
  const movesOnTheWay = async () => {
    const seen = [await moving()];
    await customer.begins();
    seen.push(await moving());
    await customer.leavesWithoutNumber();
    seen.push(await moving());
    await customer.finishes();
    return Math.max(...seen);
  };
  expect(await movesOnTheWay(), 'otherwise something does').toBeGreaterThan(0);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await movesOnTheWay()).toBe(0);
  await page.emulateMedia({ reducedMotion: null });
  await press(page, say['help.open']);
  await press(page, say['help.still']);
  await press(page, say['help.close']);
  expect(await movesOnTheWay()).toBe(0);
});

test('rule 23: the largest text is twice as large, and everything that is read or pressed grows with it', async () => {
  const { page } = here.kiosk;
  await new Customer(page).begins();
  const sizes = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('[data-screen=number] :is(p, button, input)')].map((each) =>
        Number.parseFloat(getComputedStyle(each).fontSize),
      ),
    );
  const before = await sizes();
  await press(page, say['help.open']);
  await press(page, say['help.textLargest']);
  await press(page, say['help.close']);
  const after = await sizes();
  expect(after).toHaveLength(before.length);
  for (const [at, size] of after.entries()) {
    const was = before[at] ?? Number.NaN;
    // What is as large as a heading already, a key of the number pad too, grows less.
    expect(size / was, `${was} pixels become ${size}`).toBeGreaterThanOrEqual(was < 30 ? 2 : 1.4);
  }
});

test('rule 25: in Arabic the whole way is mirrored, and a number still reads from left to right', async () => {
  const { page } = here.kiosk;
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
  await expect(page.locator('[data-screen=number] [role=textbox]')).toHaveText('07400 890909');
  expect(
    await page.locator('[data-screen=number] [role=textbox]').evaluate((each) => getComputedStyle(each).direction),
  ).toBe('ltr');
  await customer.goesToChoices();
  expect(await left(arabic['choices.save'])).toBeLessThan(await left(arabic['common.withoutNumber']));
  await customer.ticks(0);
  await customer.saves();
  await customer.finishes();
  await expect.poll(() => consentsOf(here.shop.server, '+447400890909')).toMatchObject([{ language: 'ar' }]);
});
