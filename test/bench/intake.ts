import { type Benchmark, scaled } from './harness/benchmark.ts';
import { CentralServer } from './harness/central-server.ts';
import { Child } from './harness/child.ts';
import { deliver, inParallel, loadFleet } from './harness/fleet.ts';
import { interleave, timed } from './harness/interleave.ts';
import { median, ratios, summarise } from './harness/statistics.ts';

/** Batches under way at the same time, and connections of the bare insert. */
const width = 4;

/** One server process takes in full batches from several kiosks, beside the bare insert of the rows it stores. */
export const intake: Benchmark = {
  name: 'intake',
  needsElectron: false,
  async run({ scale, folder, note }) {
    const [kiosks, each] = [scaled(20, scale, 2), scaled(500, scale, 20)];
    const turns =
      scale === 1 ? { rounds: 5, perRound: 1, warmUp: 1, pause: 500 } : { rounds: 1, perRound: 1, warmUp: 0, pause: 0 };
    const central = await CentralServer.start(folder);
    const bare = new Child('bare-insert.ts');
    try {
      const fleet = await loadFleet(central, kiosks, each);
      const deliverAll = () =>
        inParallel(fleet, width, async (kiosk) => {
          const { status, text } = await deliver(kiosk);
          if (status !== 200) throw new Error(`${status} ${text}`);
        });
      await deliverAll();
      await bare.ask('prepare', { databaseUrl: central.databaseUrl, width });
      await central.forgetRecords();
      const measured = await interleave(
        {
          server: async () => {
            const milliseconds = await timed(deliverAll);
            await central.forgetRecords();
            return milliseconds;
          },
          bare: () => bare.ask<number>('insertAll', { width }),
        },
        turns,
      );
      const perSecond = (rounds: number[][]) => rounds.map((round) => ((kiosks * each) / median(round)) * 1000);
      const [server, floor] = [perSecond(measured.server), perSecond(measured.bare)];
      note(
        `intake: ${kiosks} batches of ${each}, ${width} at a time; ${turns.rounds} rounds, ${turns.warmUp} to warm up; ` +
          `records a second: server ${median(server).toFixed(0)}, bare ${median(floor).toFixed(0)}`,
      );
      const spread = summarise(ratios(server, floor));
      return [
        {
          name: 'server intake, records a second',
          value: spread.median,
          unit: 'x',
          spread,
          against: 'the same rows inserted bare by the same driver in the same batches',
          goal: { atLeast: 0.5 },
        },
      ];
    } finally {
      await bare.stop();
      await central.stop();
    }
  },
};
