import type { Locator, Page } from '@playwright/test';

/** Opens the manager's screen from the attract screen, by keyboard. @returns it. */
export async function openManager(page: Page, pin: string): Promise<Locator> {
  await page.keyboard.press('Control+Alt+m');
  await page.locator('[data-screen=pin]').waitFor();
  await page.keyboard.type(pin);
  await page.keyboard.press('Enter');
  const manager = page.locator('[data-screen=manager]');
  await manager.waitFor();
  return manager;
}
