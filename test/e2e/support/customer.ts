import { expect, type Page } from '@playwright/test';

/** A customer in front of the kiosk, speaking English. Each step ends when its screen is there. */
export class Customer {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async begins(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Leave my number' }).click();
    await this.#screen('number');
  }

  /** Taps digits on the screen's own keypad. */
  async taps(digits: string): Promise<void> {
    const keypad = this.#page.getByRole('group', { name: 'Keypad' });
    for (const digit of digits) await keypad.getByRole('button', { name: digit, exact: true }).click();
  }

  async goesToChoices(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Go to my choices' }).click();
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
    await this.#page.getByRole('button', { name: 'Save my number' }).click();
    await this.#screen('saved');
    const text = await this.#page.locator('[data-screen=saved] bdi').textContent();
    const code = /^[0-9A-Z]{4}-[0-9A-Z]{4}$/.exec(text ?? '')?.[0];
    if (code === undefined) throw new Error('no receipt code on the last screen');
    return code;
  }

  async finishes(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Finish now' }).click();
    await this.#screen('attract');
  }

  /** From the first screen to the last: a national number, the first box. @returns the receipt code. */
  async leavesNumber(nationalNumber: string): Promise<string> {
    await this.begins();
    await this.taps(nationalNumber);
    await this.goesToChoices();
    await this.ticks(0);
    return this.saves();
  }

  #screen(name: string): Promise<void> {
    return this.#page.locator(`[data-screen=${name}]`).waitFor();
  }
}
