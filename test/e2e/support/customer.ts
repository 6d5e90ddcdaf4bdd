import { expect, type Page } from '@playwright/test';
import ar from '../../../renderer/messages/ar.json' with { type: 'json' };
import de from '../../../renderer/messages/de.json' with { type: 'json' };
import en from '../../../renderer/messages/en.json' with { type: 'json' };
import es from '../../../renderer/messages/es.json' with { type: 'json' };
import fr from '../../../renderer/messages/fr.json' with { type: 'json' };

export const spokenLanguages = ['en', 'es', 'fr', 'de', 'ar'] as const;
export type SpokenLanguage = (typeof spokenLanguages)[number];

/** What the screens say, without those texts that have values in them. */
export const words: Readonly<Record<SpokenLanguage, typeof en>> = { en, es, fr, de, ar };

/** How the screens offer each language. */
export const languageNames: Readonly<Record<SpokenLanguage, string>> = {
  en: 'English',
  es: 'Español',
  fr: 'Français',
  de: 'Deutsch',
  ar: 'العربية',
};

/** A customer in front of the kiosk. Each step ends when its screen is there. */
export class Customer {
  readonly #page: Page;
  #words: typeof en;

  /** @param language of the screens they find. */
  constructor(page: Page, language: SpokenLanguage = 'en') {
    this.#page = page;
    this.#words = words[language];
  }

  async speaks(language: SpokenLanguage): Promise<void> {
    await this.#page.getByRole('button', { name: languageNames[language], exact: true }).click();
    await expect(this.#page.locator('html')).toHaveAttribute('lang', language);
    this.#words = words[language];
  }

  async begins(): Promise<void> {
    await this.#page.getByRole('button', { name: this.#words['attract.start'] }).click();
    await this.#screen('number');
  }

  /** Taps digits on the screen's own keypad. */
  async taps(digits: string): Promise<void> {
    const keypad = this.#page.getByRole('group', { name: this.#words['number.keypad'] });
    for (const digit of digits) await keypad.getByRole('button', { name: digit, exact: true }).click();
  }

  async goesToChoices(): Promise<void> {
    await this.#page.getByRole('button', { name: this.#words['number.next'] }).click();
    await this.#screen('choices');
  }

  /** @param box counted from 0, in the order of the screen. */
  async ticks(box: number): Promise<void> {
    // The drawn box lies over the input; a tap at that place is what a finger does.
    const checkbox = this.#page.getByRole('checkbox').nth(box);
    await checkbox.click({ force: true });
    await expect(checkbox).toBeChecked();
  }

  /** @returns the receipt code on the last screen. */
  async saves(): Promise<string> {
    await this.#page.getByRole('button', { name: this.#words['choices.save'] }).click();
    await this.#leavesTheCodeForLater();
    await this.#screen('saved');
    const text = await this.#page.locator('[data-screen=saved] bdi').textContent();
    const code = /^[0-9A-Z]{4}-[0-9A-Z]{4}$/.exec(text ?? '')?.[0];
    if (code === undefined) throw new Error('no receipt code on the last screen');
    return code;
  }

  /** On the last screen, of whichever kind. */
  async finishes(): Promise<void> {
    await this.#leavesTheCodeForLater();
    await this.#page.getByRole('button', { name: this.#words['saved.finish'] }).click();
    await this.#screen('attract');
  }

  async leavesWithoutNumber(): Promise<void> {
    await this.#page.getByRole('button', { name: this.#words['common.withoutNumber'] }).click();
    await this.#screen('goodbye');
  }

  /** From the first screen to the last: a national number, the first box. @returns the receipt code. */
  async leavesNumber(nationalNumber: string): Promise<string> {
    await this.begins();
    await this.taps(nationalNumber);
    await this.goesToChoices();
    await this.ticks(0);
    return this.saves();
  }

  /** With a connection a code is asked for after saving; without one the last screen comes by itself. */
  async #leavesTheCodeForLater(): Promise<void> {
    const later = this.#page.getByRole('button', { name: this.#words['confirm.later'] });
    const last = this.#page.getByRole('button', { name: this.#words['saved.finish'] });
    await expect(async () => {
      await later.or(last).first().waitFor();
      // It may go by itself at this very moment.
      if (await later.isVisible()) await later.click({ timeout: 2_000 }).catch(() => undefined);
      await expect(later).toHaveCount(0, { timeout: 2_000 });
    }).toPass({ timeout: 20_000 });
  }

  #screen(name: string): Promise<void> {
    return this.#page.locator(`[data-screen=${name}]`).waitFor();
  }
}
