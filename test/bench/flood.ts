import { type Benchmark, scaled } from './harness/benchmark.ts';
import { CentralServer } from './harness/central-server.ts';
import { Child } from './harness/child.ts';
import { quantile, ratios, summarise } from './harness/statistics.ts';
import type { Sent } from './processes/online-kiosks.ts';

const kiosks = 8;
/** Between two customers of one shop, far less than in any shop. */
const pause = 100;

/** How long the others wait for their answers while one kiosk sends as much as it can. */
export const flood: Benchmark = {
  name: 'flood',
  needsElectron: false,
  async run({ scale, folder, note }) {
    const rounds = scale === 1 ? 5 : 1;
    const each = scaled(40, scale, 2);
    const central = await CentralServer.start(folder);
    const fleet = new Child('online-kiosks.ts');
    const flooding = new Child('flooding-kiosk.ts');
    try {
      const codes = [];
      for (let kiosk = 0; kiosk < kiosks; kiosk++) codes.push(await central.server.createEnrolmentCode('leeds-01'));
      await fleet.ask('prepare', { url: central.server.url, codes, each });
      const [alone, beside]: [number[], number[]] = [[], []];
      const answered: Record<string, number> = {};
      for (let round = 0; round <= rounds; round++) {
        await central.forgetRecords();
        const quiet = await fleet.ask<Sent>('sendSigned', { pause });
        await central.opened();
        await central.forgetRecords();
        const code = await central.server.createEnrolmentCode('leeds-01');
        await flooding.ask('prepare', { url: central.server.url, code, requests: scaled(2_000, scale, 20) });
        const [flooded, statuses] = await Promise.all([
          fleet.ask<Sent>('sendSigned', { pause }),
          flooding.ask<Record<string, number>>('flood'),
        ]);
        await central.opened();
        // The first round warms up.
        if (round === 0) continue;
        alone.push(quantile(quiet.latencies, 0.95));
        beside.push(quantile(flooded.latencies, 0.95));
        for (const [status, count] of Object.entries(statuses)) answered[status] = (answered[status] ?? 0) + count;
      }
      const spread = summarise(ratios(beside, alone));
      note(
        `flood: ${kiosks} kiosks x ${each} records, ${pause} ms apart; ${rounds} rounds; p95 alone ${quantile(alone, 0.5).toFixed(1)} ms, ` +
          `beside one that floods ${quantile(beside, 0.5).toFixed(1)} ms; the flood was answered ${JSON.stringify(answered)}`,
      );
      return [
        {
          name: 'one kiosk floods: p95 of the answers to the others',
          value: spread.median,
          unit: 'x',
          spread,
          against: 'the same without the flood',
          goal: { under: 2 },
        },
      ];
    } finally {
      await fleet.stop();
      await flooding.stop();
      await central.stop();
    }
  },
};
