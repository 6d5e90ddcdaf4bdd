import type { Page } from '@playwright/test';
import type { Configuration } from '../../../shared/configuration.ts';
import type { CaptureDraft, SyncStatus } from '../../../shared/contracts/ipc.ts';
import { draftFor } from '../../support/kiosk.ts';

/** What the screens were given by an enrolled kiosk. */
export async function configurationOf(page: Page): Promise<Configuration> {
  const answer = await page.evaluate(() => window.countersign.state());
  if (!answer.ok || answer.value.state !== 'ready') throw new Error('the kiosk is not ready');
  return answer.value.configuration;
}

/** Saves each number through the bridge, as fast as the kiosk answers. @returns the receipt codes. */
export async function saveAll(page: Page, numbers: readonly string[]): Promise<string[]> {
  const configuration = await configurationOf(page);
  const drafts = numbers.map((number) => draftFor(configuration, number));
  return page.evaluate(async (all: CaptureDraft[]) => {
    const codes: string[] = [];
    for (const draft of all) {
      const answer = await window.countersign.save(draft);
      if (!answer.ok) throw new Error(answer.error.code);
      codes.push(answer.value.receiptCode);
    }
    return codes;
  }, drafts);
}

/** One run of the sync, begun as the manager does. @returns how things stand after it. */
export function syncOnce(page: Page, pin: string): Promise<SyncStatus> {
  return page.evaluate(async (managerPin) => {
    const unlocked = await window.countersign.unlockManager(managerPin);
    if (!unlocked.ok || !unlocked.value.unlocked) throw new Error('the PIN does not open the manager screen');
    const answer = await window.countersign.syncNow();
    if (!answer.ok) throw new Error(answer.error.code);
    return answer.value;
  }, pin);
}
