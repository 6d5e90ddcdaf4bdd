import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Benchmark, scaled } from './harness/benchmark.ts';
import { ElectronProcess, type Launch } from './harness/electron-process.ts';
import { interleave } from './harness/interleave.ts';
import { median, ratios, summarise } from './harness/statistics.ts';
import { attractScreen, emptyScreen, emptyWindow, enrolledKiosk } from './harness/windows.ts';

/** When the largest piece of content was painted, in milliseconds since 1970. */
const largestPaint = `new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(performance.timeOrigin + list.getEntries().at(-1).startTime))
    .observe({ type: 'largest-contentful-paint', buffered: true });
})`;

/** From the birth of the process to the frame that shows the screen. */
async function startOnce(launch: Launch, screen: string): Promise<number> {
  const electron = new ElectronProcess(launch);
  try {
    await electron.open(screen);
    await delay(100);
    return (await electron.evaluate<number>(largestPaint)) - electron.spawnedAt;
  } finally {
    await electron.close();
  }
}

/** A customer stands before a kiosk that has just been switched on. */
export const start: Benchmark = {
  name: 'start',
  needsElectron: true,
  async run({ scale, folder, note }) {
    const turns = { rounds: scaled(10, scale, 1), perRound: 1, warmUp: scale === 1 ? 1 : 0, pause: 200 };
    const { launch, folder: data } = await enrolledKiosk();
    const reference = emptyWindow(folder);
    const measured = await interleave(
      { kiosk: () => startOnce(launch, attractScreen), empty: () => startOnce(reference, emptyScreen) },
      turns,
    );
    rmSync(data, { recursive: true });
    const [kiosk, empty] = [measured.kiosk.map(median), measured.empty.map(median)];
    note(`start: ${turns.rounds} starts each; ${median(kiosk).toFixed(0)} ms against ${median(empty).toFixed(0)} ms`);
    const spread = summarise(ratios(kiosk, empty));
    return [
      {
        name: 'start to the first usable screen',
        value: spread.median,
        unit: 'x',
        spread,
        against: 'an empty window on the same Electron',
        goal: { atMost: 1.5 },
      },
    ];
  },
};
