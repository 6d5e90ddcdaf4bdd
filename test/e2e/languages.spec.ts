import { expect, test } from '@playwright/test';
import { Customer, languageNames, spokenLanguages, words } from './support/customer.ts';
import { Shop } from './support/shop.ts';

const shop = new Shop();
test.afterAll(() => shop.end());

test('rule 25: the language changes on any screen, nothing typed is lost, and the direction follows', async () => {
  const { page } = await shop.openEnrolledKiosk();
  const customer = new Customer(page);
  const field = page.locator('[data-screen=number] [role=textbox]');
  const opener = page.locator('main nav [aria-expanded]');
  for (const language of spokenLanguages)
    await expect(page.locator(`[data-screen=attract] [lang=${language}] button`)).toHaveText(languageNames[language]);
  await customer.begins();
  await customer.taps('0740012');
  const typed = await field.innerText();
  for (const language of [...spokenLanguages].reverse()) {
    await opener.click();
    await page.getByRole('button', { name: languageNames[language], exact: true }).click();
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await expect(page.locator('html')).toHaveAttribute('dir', language === 'ar' ? 'rtl' : 'ltr');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(words[language]['number.question']);
    await expect(field).toHaveText(typed);
    await expect(page.locator('[data-part=languages]')).toHaveCount(0);
  }

  await opener.click();
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-part=languages]')).toHaveCount(0);
  await expect(opener).toBeFocused();
  await expect(field).toHaveText(typed);

  await opener.click();
  // The list lies over the other keys; a touch anywhere else closes it.
  await customer.taps('1');
  await expect(page.locator('[data-part=languages]')).toHaveCount(0);
  await expect(field).toHaveText(`${typed}1`);
});
