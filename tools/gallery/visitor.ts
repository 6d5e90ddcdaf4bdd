import type { Page } from '@playwright/test';
import type en from '../../renderer/messages/en.json';

export type Texts = Readonly<Record<keyof typeof en, string>>;

/** Somebody in front of the kiosk who finds every control by the name of its text, whatever the language. */
export class Visitor {
  readonly page: Page;
  readonly #texts: Texts;

  constructor(page: Page, texts: Texts) {
    this.page = page;
    this.#texts = texts;
  }

  async sees(screen: string): Promise<void> {
    await this.page.locator(`[data-screen=${screen}]`).waitFor();
  }

  async presses(message: keyof Texts): Promise<void> {
    await this.page.getByRole('button', { name: this.#texts[message], exact: true }).last().click();
  }

  async opens(selector: string): Promise<void> {
    await this.page.locator(selector).click();
  }

  async types(keys: string): Promise<void> {
    await this.page.keyboard.type(keys);
  }

  async goesToNumber(): Promise<void> {
    await this.presses('attract.start');
    await this.sees('number');
  }

  /** Types a number and asks to go on, which the screen refuses with a reason. */
  async isRefused(number: string): Promise<void> {
    await this.goesToNumber();
    await this.types(number);
    await this.presses('number.next');
    await this.page.locator('#reason span').waitFor();
  }

  /** @param number of the shop's own country. */
  async goesToChoices(number = '07400123456'): Promise<void> {
    await this.goesToNumber();
    await this.types(number);
    await this.presses('number.next');
    await this.sees('choices');
  }

  async ticks(): Promise<void> {
    // The drawn box lies over the input; a tap at that place is what a finger does.
    await this.page.getByRole('checkbox').first().click({ force: true });
  }

  async opensManager(): Promise<void> {
    await this.page.keyboard.press('Control+Alt+m');
    await this.sees('pin');
  }
}
