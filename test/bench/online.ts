import { type Benchmark, type Figure, type Surroundings, scaled } from './harness/benchmark.ts';
import { CentralServer } from './harness/central-server.ts';
import { Child } from './harness/child.ts';
import { interleave } from './harness/interleave.ts';
import { median, quantile, ratios, summarise } from './harness/statistics.ts';
import type { Sent } from './processes/online-kiosks.ts';

/** Kiosks that are always connected: each sends one record a request, and the next one when that is answered. */
export const online: Benchmark = {
  name: 'online',
  needsElectron: false,
  async run(surroundings) {
    const central = await CentralServer.start(surroundings.folder);
    try {
      return [...(await withKiosks(8, central, surroundings)), ...(await withKiosks(32, central, surroundings))];
    } finally {
      await central.stop();
    }
  },
};

async function withKiosks(kiosks: number, central: CentralServer, { scale, note }: Surroundings): Promise<Figure[]> {
  const each = scaled(2_400 / kiosks, scale, 2);
  const turns =
    scale === 1 ? { rounds: 3, perRound: 1, warmUp: 1, pause: 500 } : { rounds: 1, perRound: 1, warmUp: 0, pause: 0 };
  const fleet = new Child('online-kiosks.ts');
  const bare = new Child('bare-http-insert.ts');
  try {
    const codes = [];
    for (let kiosk = 0; kiosk < kiosks; kiosk++) codes.push(await central.server.createEnrolmentCode('leeds-01'));
    await fleet.ask('prepare', { url: central.server.url, codes, each });
    await central.database.query('drop table if exists bare_requests');
    const url = await bare.ask<string>('serve', { databaseUrl: central.databaseUrl, connections: kiosks });
    const [latencies, done]: [number[], number[]] = [[], []];
    const measured = await interleave(
      {
        server: async () => {
          const sent = await fleet.ask<Sent>('sendSigned', { pause: 0 });
          const openedAfter = await central.opened();
          await central.forgetRecords();
          latencies.push(...sent.latencies);
          done.push(sent.milliseconds + openedAfter);
          return sent.milliseconds;
        },
        bare: async () => {
          await central.database.query('truncate bare_requests');
          await central.database.query('checkpoint');
          return (await fleet.ask<Sent>('sendBare', { url })).milliseconds;
        },
      },
      turns,
    );
    const perSecond = (milliseconds: number) => (kiosks * each * 1000) / milliseconds;
    const accepted = measured.server.map((round) => perSecond(median(round)));
    const floor = measured.bare.map((round) => perSecond(median(round)));
    const opened = done.slice(-accepted.length).map(perSecond);
    const waits = latencies.slice(-accepted.length * kiosks * each);
    note(
      `online: ${kiosks} kiosks x ${each} records, one a request; ${turns.rounds} rounds, ${turns.warmUp} to warm up; a second: ` +
        `accepted ${median(accepted).toFixed(0)}, opened too ${median(opened).toFixed(0)}, bare ${median(floor).toFixed(0)}; ` +
        `p50 ${quantile(waits, 0.5).toFixed(1)} ms, p99 ${quantile(waits, 0.99).toFixed(1)} ms`,
    );
    const of = (what: string) => `${kiosks} kiosks, one record a request: ${what}`;
    const cores = 'two cores, with kiosks and PostgreSQL on them as well';
    return [
      figure(of('accepted a second'), ratios(accepted, floor), 'x', 'one bare durable insert a request', 0.25),
      figure(of('accepted a second'), accepted, '', cores, 1_200),
      figure(of('accepted and opened a second'), opened, '', cores, 900),
      {
        name: of('p99 of an answer'),
        value: quantile(waits, 0.99),
        unit: 'ms',
        spread: summarise(waits),
        against: cores,
        goal: { under: 100 },
      },
    ];
  } finally {
    await fleet.stop();
    await bare.stop();
  }
}

function figure(name: string, values: number[], unit: string, against: string, atLeast: number): Figure {
  const spread = summarise(values);
  return { name, value: spread.median, unit, spread, against, goal: { atLeast } };
}
