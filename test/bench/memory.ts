import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { KioskState } from '../../shared/contracts/ipc.ts';
import { britishMobile, draftFor } from '../support/kiosk.ts';
import { type Benchmark, scaled } from './harness/benchmark.ts';
import { ElectronProcess, type Launch } from './harness/electron-process.ts';
import { median, summarise } from './harness/statistics.ts';
import { attractScreen, emptyScreen, emptyWindow, enrolledKiosk } from './harness/windows.ts';

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

async function save(kiosk: ElectronProcess, from: number, to: number): Promise<void> {
  const answer = await kiosk.evaluate<{ value: KioskState }>('window.countersign.state()');
  if (answer.value.state !== 'ready') throw new Error('the kiosk is not ready');
  const { configuration } = answer.value;
  for (let index = from; index < to; index++) {
    const draft = JSON.stringify(draftFor(configuration, britishMobile(index)));
    const saved = await kiosk.evaluate<{ ok: boolean }>(`window.countersign.save(${draft})`);
    if (!saved.ok) throw new Error('a number was not saved');
  }
}

/** A day's customers: what they leave in memory. */
export const memory: Benchmark = {
  name: 'memory',
  needsElectron: true,
  async run({ scale, folder, note }) {
    const half = scaled(500, scale, 5);
    const rest = scale === 1 ? 2_000 : 20;
    const { launch, folder: data } = await enrolledKiosk();
    // One after the other: side by side they would share the pages of Electron's own files, and each would look smaller.
    const reference = await withWindow(emptyWindow(folder), emptyScreen, (empty) => memoryAtRest(empty, rest));
    const [before, after] = await withWindow(launch, attractScreen, async (kiosk) => {
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
