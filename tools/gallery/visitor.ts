import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import type en from '../../renderer/messages/en.json';

export type Texts = Readonly<Record<keyof typeof en, string>>;

export const managerPin = '482913';

let visitors = 0;

/** A British mobile in a block of a thousand of its own, because the server counts the codes that it sends into one. */
const newNumber = (): string => `07400${100 + (visitors++ % 800)}456`;

/** Somebody in front of the kiosk who finds every control by the name of its text, whatever the language. */
export class Visitor {
  readonly page: Page;
  readonly number = newNumber();
  readonly #texts: Texts;
  readonly #outbox: string;

  /** @param outbox where the server shows the texts that it would send. */
  constructor(page: Page, texts: Texts, outbox: string) {
    this.page = page;
    this.#texts = texts;
    this.#outbox = outbox;
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
  async goesToChoices(number = this.number): Promise<void> {
    await this.goesToNumber();
    await this.types(number);
    await this.presses('number.next');
    await this.sees('choices');
  }

  async ticks(): Promise<void> {
    // The drawn box lies over the input; a tap at that place is what a finger does.
    await this.page.getByRole('checkbox').first().click({ force: true });
  }

  /** Agrees to the first box. */
  async asksToSave(): Promise<void> {
    await this.goesToChoices();
    await this.ticks();
    await this.presses('choices.save');
  }

  /** A code is on its way when this ends. */
  async saves(): Promise<void> {
    await this.asksToSave();
    await this.page.getByLabel(this.#texts['confirm.field']).waitFor();
  }

  /** Agrees, and leaves the code for later. */
  async savesForLater(): Promise<void> {
    await this.saves();
    await this.presses('confirm.later');
    await this.seesReceipt();
  }

  /** To calls alone: the last box. */
  async agreesToCalls(): Promise<void> {
    await this.goesToChoices();
    await this.page.getByRole('checkbox').last().click({ force: true });
    await this.presses('choices.save');
    await this.seesReceipt();
  }

  /** The square code comes a moment after the screen. */
  async seesReceipt(): Promise<void> {
    await this.sees('saved');
    await this.page.getByRole('img', { name: this.#texts['saved.qr'] }).waitFor();
  }

  /** Types a code that is as long as it should be. */
  async confirms(code: string): Promise<void> {
    await this.types(code);
    await this.presses('confirm.check');
  }

  /** Waits for the answer to a code. */
  async settles(): Promise<void> {
    await this.page
      .getByRole('button', { name: this.#texts['confirm.checking'], exact: true })
      .waitFor({ state: 'hidden' });
    await delay(300);
  }

  /** The code that the server texted to this visitor. */
  async readsCode(): Promise<string> {
    const to = `+44${this.number.slice(1)}`;
    for (let tries = 0; tries < 50; tries++) {
      const page = await (await fetch(this.#outbox)).text();
      const [, phone = ''] = page.split(`data-to="${to}"`);
      const code = /\b\d{6}\b/.exec(phone.split('</section>', 1)[0] ?? '')?.[0];
      if (code !== undefined) return code;
      await delay(100);
    }
    throw new Error('no code in the outbox');
  }

  /** The first group of ages is the youngest. */
  async answersAge(which: 'youngest' | 'oldest'): Promise<void> {
    await this.presses('attract.start');
    const groups = this.page.locator('[data-screen=age] [data-part=answer] button');
    await (which === 'youngest' ? groups.first() : groups.last()).click();
  }

  async goesToAttest(): Promise<void> {
    await this.answersAge('youngest');
    await this.presses('guardian.next');
    await this.sees('attest');
  }

  async goesToStop(): Promise<void> {
    await this.presses('attract.stop');
    await this.sees('stop_number');
    await this.types(this.number);
  }

  async stops(): Promise<void> {
    await this.goesToStop();
    await this.presses('stop.next');
    await this.sees('stop_confirm');
  }

  async goesToNewNumber(): Promise<void> {
    await this.presses('attract.change');
    await this.sees('old_number');
    await this.types('07400999456');
    await this.presses('change.next');
    await this.sees('new_number');
    await this.types(this.number);
  }

  async changes(): Promise<void> {
    await this.goesToNewNumber();
    await this.presses('change.check');
    await this.sees('change_confirm');
  }

  async opensManager(): Promise<void> {
    await this.page.keyboard.press('Control+Alt+m');
    await this.sees('pin');
  }

  async unlocksManager(): Promise<void> {
    await this.opensManager();
    await this.types(managerPin);
    await this.page.keyboard.press('Enter');
    await this.sees('manager');
  }
}
