import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ElectronApplication, Page } from '@playwright/test';

/** Whether the page still shows or holds these digits, however they are grouped: markup, inputs, storage, history, last match. */
export function remembers(page: Page, digits: string): Promise<boolean> {
  return page.evaluate((sought) => {
    // Before anything else: each expression that matches takes the place of the one before.
    const matched = RegExp.input;
    const inputs = [...document.querySelectorAll('input, textarea')] as HTMLInputElement[];
    const places = [
      matched,
      document.documentElement.outerHTML,
      document.body.innerText,
      ...inputs.map(({ value }) => value),
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
      JSON.stringify(history.state),
      decodeURIComponent(location.href),
      document.title,
    ];
    const found = places.some((place) => place.replaceAll(/\D/g, '').includes(sought));
    // The search itself must leave nothing.
    /^/.test('');
    return history.length > 1 || found;
  }, digits);
}

/** How many databases, caches and cookies the browser keeps for the page. */
export function keptByBrowser(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const caching = 'caches' in window ? (await caches.keys()).length : 0;
    return (await indexedDB.databases()).length + caching + document.cookie.length;
  });
}

/** What is on its way out, an answer just given or an effect after the paint, may take this long to be garbage. */
const momentsToGo = 4;

/**
 * How often these digits stand in a text of the page's memory, visible or not, after its garbage was collected: in what scripts hold, and
 * in what the browser still keeps of screens that are gone.
 */
export async function heapHolds(page: Page, digits: string): Promise<number> {
  for (let moment = 1; ; moment++) {
    const found = await foundInHeap(page, digits);
    if (found === 0 || moment === momentsToGo) return found;
    await delay(500);
  }
}

async function foundInHeap(page: Page, digits: string): Promise<number> {
  const browser = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  browser.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await browser.send('HeapProfiler.collectGarbage');
  await browser.send('DOM.enable');
  const { detachedNodes } = await browser.send('DOM.getDetachedDomNodes');
  await browser.send('DOM.disable');
  await browser.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await browser.detach();
  const gone = detachedNodes.map(({ treeNode }) => JSON.stringify(treeNode));
  return countIn(chunks.join(''), digits) + holding(gone, digits);
}

/** How often they stand in a text of the main process's memory, after its garbage was collected. */
export async function mainHeapHolds(application: ElectronApplication, digits: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-heap-'));
  const file = join(folder, 'main.heapsnapshot');
  try {
    await application.evaluate((_, path) => process.getBuiltinModule('node:v8').writeHeapSnapshot(path), file);
    return countIn(readFileSync(file, 'utf8'), digits);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function countIn(snapshot: string, digits: string): number {
  const { strings } = JSON.parse(snapshot) as { strings: string[] };
  return holding(strings, digits);
}

const holding = (texts: string[], digits: string): number =>
  texts.filter((text) => text.replaceAll(/[ +]/g, '').includes(digits)).length;
