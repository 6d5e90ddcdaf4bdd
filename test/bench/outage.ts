import { setTimeout as delay } from 'node:timers/promises';
import { backoffMilliseconds } from '../../electron/sync/backoff.ts';
import { SeededRandom } from '../e2e/support/random.ts';
import { type Benchmark, type Figure, scaled } from './harness/benchmark.ts';
import { CentralServer } from './harness/central-server.ts';
import { deliver, type LoadedKiosk, loadFleet } from './harness/fleet.ts';
import { quantile, summarise } from './harness/statistics.ts';

/** A kiosk that has failed often waits up to half a minute before it tries again: so the kiosks come back spread over it. */
const failuresBefore = 10;

interface Outcome {
  milliseconds: number[];
  statuses: Map<number, number>;
}

/** Tries until the batch is countersigned, with the pauses of the real kiosk. */
async function comeBack(kiosk: LoadedKiosk, outcome: Outcome, spread: number, random: SeededRandom): Promise<void> {
  await delay(backoffMilliseconds(failuresBefore, 0, random.next()) * spread);
  for (let failures = 1; ; failures++) {
    const started = performance.now();
    const { status, headers } = await deliver(kiosk);
    outcome.milliseconds.push(performance.now() - started);
    const retryAfter = headers['retry-after'];
    const name = status === 503 && retryAfter === undefined ? 500 : status;
    outcome.statuses.set(name, (outcome.statuses.get(name) ?? 0) + 1);
    if (status === 200) return;
    await delay(backoffMilliseconds(failures, Number(retryAfter ?? 0), random.next()));
  }
}

/** The server was away for hours; all kiosks come back within the longest pause. */
export const outage: Benchmark = {
  name: 'outage',
  needsElectron: false,
  async run({ scale, folder, note }) {
    const [kiosks, each] = [scaled(1_000, scale, 10), scaled(100, scale, 5)];
    const central = await CentralServer.start(folder);
    try {
      const fleet = await loadFleet(central, kiosks, each);
      const outcome: Outcome = { milliseconds: [], statuses: new Map() };
      // Says its seed: the same one brings the kiosks back at the same moments.
      const random = new SeededRandom();
      const started = performance.now();
      await Promise.all(fleet.map((kiosk) => comeBack(kiosk, outcome, scale, random)));
      const drained = performance.now() - started;
      const opened = await central.opened();
      const stored = await central.count('records');
      const failed = [...outcome.statuses].filter(([status]) => status >= 500 && status !== 503);
      note(
        `outage: ${kiosks} kiosks x ${each} records; all delivered after ${(drained / 1000).toFixed(1)} s, opened ` +
          `${(opened / 1000).toFixed(1)} s later; answers ${[...outcome.statuses].map(([status, count]) => `${status}: ${count}`).join(', ')}`,
      );
      const against = `${kiosks} kiosks x ${each} records come back within half a minute`;
      const exact = (name: string, value: number, goal: number): Figure => ({
        name,
        value,
        unit: '',
        spread: { median: value, from: value, to: value },
        against,
        goal: { exactly: goal },
      });
      const seconds = outcome.milliseconds.map((milliseconds) => milliseconds / 1000);
      return [
        exact('after an outage, records lost', kiosks * each - stored, 0),
        exact(
          'after an outage, 5xx answers but 503 with Retry-After',
          failed.reduce((sum, [, count]) => sum + count, 0),
          0,
        ),
        {
          name: 'after an outage, p99 of a request',
          value: quantile(seconds, 0.99),
          unit: 's',
          spread: summarise(seconds),
          against,
          goal: { under: 2 },
        },
      ];
    } finally {
      await central.stop();
    }
  },
};
