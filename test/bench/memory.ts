import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { KioskState } from '../../shared/contracts/ipc.ts';
import { britishMobile, draftFor } from '../support/kiosk.ts';
import { type Benchmark, scaled } from './harness/benchmark.ts';
import { ElectronProcess } from './harness/electron-process.ts';
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
    const [empty, kiosk] = [new ElectronProcess(emptyWindow(folder)), new ElectronProcess(launch)];
    try {
      await empty.open(emptyScreen);
      await kiosk.open(attractScreen);
      await save(kiosk, 0, half);
      const before = await memoryAtRest(kiosk, rest);
      await save(kiosk, half, 2 * half);
      const after = await memoryAtRest(kiosk, rest);
      const reference = await memoryAtRest(empty, rest);
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
    } finally {
      await empty.close();
      await kiosk.close();
      rmSync(data, { recursive: true });
    }
  },
};
