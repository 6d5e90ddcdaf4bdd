import { expect, type Locator, type Page, test } from '@playwright/test';
import { presentation } from '../support/presentation.ts';
import { Customer, words } from './support/customer.ts';
import { consentOn } from './support/head-office.ts';
import { Keyboard } from './support/keyboard.ts';
import { boxOf } from './support/screens.ts';
import { type OpenKiosk, Shop } from './support/shop.ts';
import { tap } from './support/touch.ts';

let shop: Shop;
test.beforeEach(() => {
  shop = new Shop();
});
test.afterEach(() => shop.end());

const privacyText = '[data-screen=privacy_notice] section[tabindex]';

/** Presses the arrow that stands there while there is more below, until it does no more, and looks at what comes. */
async function readsToTheEnd(page: Page, within: string): Promise<void> {
  const more = page.locator(`${within} [data-part=more] button:visible`);
  await expect(more).toHaveCount(1);
  while ((await more.count()) > 0) {
    await more.click();
    await page.evaluate(lookedAtTwice);
  }
}

async function setsUp(page: Page, ...wishes: (keyof typeof words.en)[]): Promise<void> {
  await page.getByRole('button', { name: words.en['help.open'], exact: true }).click();
  const help = page.locator('[data-screen=help]');
  for (const wish of wishes) await help.getByRole('button', { name: words.en[wish], exact: true }).click();
  await help.getByRole('button', { name: words.en['help.close'], exact: true }).click();
  await expect(help).toHaveCount(0);
}

const box = ({ page }: OpenKiosk, at: number) => page.locator('label[data-box]').nth(at);

test('kept 18: the record says by what each box was ticked, which texts were in sight when, and how the screen stood there', async () => {
  const kiosk = await shop.openEnrolledKiosk({ size: '1280x800' });
  const { page } = kiosk;
  const customer = new Customer(page);
  const say = words.en;
  const started = Date.now();
  await customer.begins();
  await customer.taps('07400123461');
  await customer.goesToChoices();
  await tap(box(kiosk, 0));
  await expect(page.getByRole('checkbox').nth(0)).toBeChecked();
  await box(kiosk, 1).click();
  await expect(page.getByRole('checkbox').nth(1)).toBeChecked();
  const called = (await box(kiosk, 2).locator('strong').textContent()) ?? '';
  const keyboard = new Keyboard(page);
  await keyboard.presses(called, 'Space');
  await keyboard.presses(called, 'Space');
  await expect(page.getByRole('checkbox').nth(2)).not.toBeChecked();
  await page.getByRole('button', { name: say['choices.privacy'], exact: true }).click();
  await page.locator(privacyText).waitFor();
  await readsToTheEnd(page, privacyText);
  await page.getByRole('button', { name: say['privacy.close'], exact: true }).click();
  const receipt = await customer.saves();
  const elapsed = Date.now() - started;

  const kept = await consentOn(shop.server, '+447400123461', receipt);
  expect(kept.choices.map(({ answer, inputModality }) => [answer, inputModality])).toEqual([
    ['granted', 'touch'],
    ['granted', 'mouse'],
    ['declined', 'keyboard'],
  ]);
  expect(kept.presentation).toEqual(presentation);
  const notices = kept.notices.map(({ inSightAfterMilliseconds }) => inSightAfterMilliseconds ?? Number.NaN);
  const privacy = kept.privacyNotice?.inSightAfterMilliseconds ?? Number.NaN;
  expect(notices).toHaveLength(2);
  for (const at of [...notices, privacy]) expect(at).toBeGreaterThan(0);
  expect(privacy, 'it was opened last').toBeGreaterThan(Math.max(...notices));
  expect(privacy).toBeLessThan(elapsed);
});

test('kept 18: upright, in Arabic, with large text and low controls: what was never wholly in sight is not said to have been', async () => {
  const kiosk = await shop.openEnrolledKiosk({ size: '800x1280' });
  const { page } = kiosk;
  await setsUp(page, 'help.textLargest', 'help.reach');
  await page.getByRole('button', { name: words.en['common.contrast'], exact: true }).click();
  const customer = new Customer(page);
  await customer.speaks('ar');
  await customer.begins();
  await customer.taps('07400123462');
  await customer.goesToChoices();
  await tap(box(kiosk, 0));
  await expect(page.getByRole('checkbox').nth(0)).toBeChecked();
  await page.getByRole('button', { name: words.ar['choices.privacy'], exact: true }).click();
  await page.locator(privacyText).waitFor();
  await expect(page.locator(`${privacyText} [data-part=more] button`), 'there is more below').toBeVisible();
  await page.getByRole('button', { name: words.ar['privacy.close'], exact: true }).click();
  const receipt = await customer.saves();

  const kept = await consentOn(shop.server, '+447400123462', receipt);
  expect(kept.language).toBe('ar');
  expect(kept.presentation).toEqual({
    width: 800,
    height: 1280,
    scalePercent: 100,
    direction: 'rtl',
    textSize: 'largest',
    contrast: 'high',
    lowControls: true,
    readAloud: false,
  });
  expect(kept.choices.map(({ inputModality }) => inputModality)).toEqual(['touch', 'none', 'none']);
  expect(kept.privacyNotice?.inSightAfterMilliseconds, 'only its beginning was seen').toBeNull();
});

test('kept 18: with large text a notice below the edge counts from when somebody went there, and not before', async () => {
  const kiosk = await shop.openEnrolledKiosk({ size: '1280x800' });
  const { page } = kiosk;
  const customer = new Customer(page);
  const saves = async (number: string, goesOn: boolean) => {
    await setsUp(page, 'help.textLargest');
    await customer.begins();
    await customer.taps(number);
    await customer.goesToChoices();
    const last = page.locator('[data-notice]').last();
    await expect(last).not.toBeInViewport({ ratio: 1 });
    await page.evaluate(lookedAtTwice);
    await pressesByPen(page, box(kiosk, 0));
    await expect(page.getByRole('checkbox').first()).toBeChecked();
    if (goesOn) await readsToTheEnd(page, '[data-screen=choices]');
    const kept = await consentOn(shop.server, `+44${number.slice(1)}`, await customer.saves());
    await customer.finishes();
    return kept;
  };
  const stayed = await saves('07400123463', false);
  expect(stayed.choices[0]?.inputModality).toBe('pen');
  expect(stayed.notices.at(-1)?.inSightAfterMilliseconds).toBeNull();
  const went = await saves('07400123464', true);
  expect(went.notices.at(-1)?.inSightAfterMilliseconds).toBeGreaterThan(500);
});

/** In the page, whose clock runs behind on a busy machine: as long as it takes to look twice at what is in sight. */
function lookedAtTwice(): Promise<void> {
  return new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => resolve()), 600));
}

async function pressesByPen(page: Page, shown: Locator): Promise<void> {
  const { x, y, width, height } = await boxOf(shown);
  const pen = { x: x + width / 2, y: y + height / 2, button: 'left', clickCount: 1, pointerType: 'pen' } as const;
  const browser = await page.context().newCDPSession(page);
  await browser.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...pen });
  await browser.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...pen });
  await browser.detach();
}
