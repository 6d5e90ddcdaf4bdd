import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** What axe finds on one screen after another, so that one run names everything. */
export class Inspection {
  readonly found: string[] = [];
  readonly screens: string[] = [];

  async of(page: Page, screen: string): Promise<void> {
    this.screens.push(screen);
    // What fades in is judged when it is there.
    await page.waitForTimeout(400);
    // Its other mode opens a second page, which Electron does not have.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    for (const { id, nodes } of violations) {
      for (const { html, failureSummary } of nodes) {
        this.found.push(
          `${screen}: ${id}: ${html.slice(0, 160)} ${failureSummary?.replaceAll(/\s+/g, ' ').slice(0, 200)}`,
        );
      }
    }
  }
}
