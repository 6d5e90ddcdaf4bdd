import type { Page } from '@playwright/test';

/** Whether the page still shows or holds these digits, however they are grouped: markup, inputs, storage, history. */
export function remembers(page: Page, digits: string): Promise<boolean> {
  return page.evaluate((sought) => {
    const inputs = [...document.querySelectorAll('input, textarea')] as HTMLInputElement[];
    const places = [
      document.documentElement.outerHTML,
      document.body.innerText,
      ...inputs.map(({ value }) => value),
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
      JSON.stringify(history.state),
      location.href,
      document.title,
    ];
    return history.length > 1 || places.some((place) => place.replaceAll(/\D/g, '').includes(sought));
  }, digits);
}

/** How often these digits stand in a text of the page's memory, visible or not, after its garbage was collected. */
export async function heapHolds(page: Page, digits: string): Promise<number> {
  const browser = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  browser.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await browser.send('HeapProfiler.collectGarbage');
  await browser.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await browser.detach();
  const { strings } = JSON.parse(chunks.join('')) as { strings: string[] };
  return strings.filter((text) => text.replaceAll(/[ +]/g, '').includes(digits)).length;
}
