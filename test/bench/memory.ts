import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { KioskState } from '../../shared/contracts/ipc.ts';
import { britishMobile, draftFor } from '../support/kiosk.ts';
import { type Benchmark, scaled } from './harness/benchmark.ts';
import { ElectronProcess, type Launch } from './harness/electron-process.ts';
import { median, summarise } from './harness/statistics.ts';
import { attractScreen, emptyScreen, emptyWindow, enrolledKiosk, ownFiles } from './harness/windows.ts';

/** The median of a few looks, after what was begun has come to rest. */
async function memoryAtRest(electron: ElectronProcess, rest: number): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < 5; look++) {
    await delay(rest);
    looks.push(electron.memory());
  }
  return median(looks);
}

async function withWindow<T>(launch: Launch, screen: string, use: (open: ElectronProcess) => Promise<T>): Promise<T> {
  const electron = new ElectronProcess(launch);
  try {
    await electron.open(screen);
    return await use(electron);
  } finally {
    await electron.close();
  }
}

/** One script for all of them: a thousand scripts would leave their own texts in the page's memory. */
async function save(kiosk: ElectronProcess, from: number, to: number): Promise<void> {
  const answer = await kiosk.evaluate<{ value: KioskState }>('window.countersign.state()');
  if (answer.value.state !== 'ready') throw new Error('the kiosk is not ready');
  const draft = draftFor(answer.value.configuration, britishMobile(0));
  const saved = await kiosk.evaluate<number>(`(async () => {
    const numberOf = ${britishMobile};
    let saved = 0;
    for (let index = ${from}; index < ${to}; index++) {
      const own = { number: numberOf(index), intentId: crypto.randomUUID() };
      const answer = await window.countersign.save({ ...${JSON.stringify(draft)}, ...own });
      if (answer.ok) saved++;
    }
    return saved;
  })()`);
  if (saved !== to - from) throw new Error('a number was not saved');
}

/** A day's customers: what they leave in memory. */
export const memory: Benchmark = {
  name: 'memory',
  needsElectron: true,
  async run({ scale, folder, note }) {
    const half = scaled(500, scale, 5);
    const rest = scale === 1 ? 2_000 : 20;
    const { launch, folder: data } = await enrolledKiosk();
    // One after the other, and from files that nobody else runs: whoever shares their pages would make each look smaller.
    const [alone, empty] = [ownFiles(launch, folder), ownFiles(emptyWindow(folder), folder)];
    const reference = await withWindow(empty, emptyScreen, (window) => memoryAtRest(window, rest));
    const [before, after] = await withWindow(alone, attractScreen, async (kiosk) => {
      await save(kiosk, 0, half);
      const halfway = await memoryAtRest(kiosk, rest);
      await save(kiosk, half, 2 * half);
      return [halfway, await memoryAtRest(kiosk, rest)] as const;
    });
    rmSync(data, { recursive: true });
    note(`memory: ${2 * half} captures; PSS ${after.toFixed(0)} MB against ${reference.toFixed(0)} MB`);
    return [
      {
        name: `memory of all processes after ${2 * half} captures`,
        value: after / reference,
        unit: 'x',
        spread: summarise([after / reference]),
        against: 'the empty window',
        goal: { atMost: 1.25 },
      },
      {
        name: `growth over the last ${half} captures`,
        value: after - before,
        unit: 'MB',
        spread: summarise([after - before]),
        against: 'itself before them',
        goal: { under: 5 },
      },
    ];
  },
};
