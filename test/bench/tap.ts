import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Benchmark, scaled } from './harness/benchmark.ts';
import { ElectronProcess } from './harness/electron-process.ts';
import { quantile, summarise } from './harness/statistics.ts';
import { attractScreen, enrolledKiosk } from './harness/windows.ts';

/**
 * In the page: from the time stamp that the browser process gave the touch to the end of the work for the frame in which the
 * number field has changed (a message posted from that frame's animation callback arrives behind its paint).
 */
const watch = `
  window.taps = [];
  const field = document.querySelector('[data-screen=number] [role=textbox]');
  window.addEventListener('pointerdown', (event) => {
    const before = field.textContent;
    const look = () => {
      if (field.textContent === before) return requestAnimationFrame(look);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.taps.push(performance.now() - event.timeStamp);
      port2.postMessage(null);
    };
    requestAnimationFrame(look);
  }, { capture: true });
`;

/** Milliseconds between two taps: seven a second, a practised thumb. */
const pace = 150;

interface Point {
  x: number;
  y: number;
}

/** Where the keypad's buttons are: 1 to 9 in rows, then plus, 0 and delete. */
const keypad = `[...document.querySelectorAll('[data-screen=number] [role=group] button')].map((key) => {
  const { x, y, width, height } = key.getBoundingClientRect();
  return { x: x + width / 2, y: y + height / 2, text: key.textContent.trim() };
})`;

async function tap(kiosk: ElectronProcess, { x, y }: Point): Promise<void> {
  const finger = { x, y, button: 'left', clickCount: 1 };
  await kiosk.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...finger });
  await kiosk.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...finger });
}

/** Types and deletes eight digits over and over: each tap changes what the field shows, grouping included. */
async function tapKeys(kiosk: ElectronProcess, count: number): Promise<number[]> {
  const keys = await kiosk.evaluate<(Point & { text: string })[]>(keypad);
  const digits = keys.filter(({ text }) => /^\d/.test(text));
  const remove = keys.find(({ text }) => !/^[\d+]/.test(text));
  if (digits.length !== 10 || remove === undefined) throw new Error('the keypad looks different');
  for (let index = 0; index < count; index++) {
    await tap(kiosk, index % 16 < 8 ? (digits[index % 8] as Point) : remove);
    await delay(pace);
  }
  return await kiosk.evaluate<number[]>('window.taps');
}

/** What a customer feels at the keypad. */
export const tapBenchmark: Benchmark = {
  name: 'tap',
  needsElectron: true,
  async run({ scale, note }) {
    const count = scaled(1_000, scale, 8);
    const { launch, folder } = await enrolledKiosk();
    const kiosk = new ElectronProcess(launch);
    try {
      await kiosk.open(attractScreen);
      await kiosk.evaluate("document.querySelector('[data-screen=attract] button').click()");
      await kiosk.waitFor("document.querySelector('[data-screen=number]') !== null");
      await delay(500);
      await kiosk.evaluate(watch);
      const taps = await tapKeys(kiosk, count);
      if (taps.length < count * 0.99) throw new Error(`${taps.length} of ${count} taps were painted`);
      note(
        `tap: ${taps.length} taps; p50 ${quantile(taps, 0.5).toFixed(1)} ms, most ${quantile(taps, 1).toFixed(1)} ms`,
      );
      const value = quantile(taps, 0.99);
      return [
        {
          name: 'tap to painted digit, p99',
          value,
          unit: 'ms',
          spread: summarise(taps),
          against: 'one 60 Hz frame',
          goal: { under: 16.7 },
        },
      ];
    } finally {
      await kiosk.close();
      rmSync(folder, { recursive: true });
    }
  },
};
