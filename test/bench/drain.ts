import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Benchmark, type Surroundings, scaled } from './harness/benchmark.ts';
import { CentralServer } from './harness/central-server.ts';
import { Child } from './harness/child.ts';
import { interleave } from './harness/interleave.ts';
import { median, ratios, summarise } from './harness/statistics.ts';

const require = createRequire(import.meta.url);
const versionOf = (name: string): string =>
  `${name} ${(require(`${name}/package.json`) as { version: string }).version}`;

/** Each contestant is two processes that talk over loopback: one in the shop's place, one at head office. */
async function measure({ scale, folder, note }: Surroundings, central: CentralServer, children: Child[]) {
  const count = scaled(10_000, scale, 200);
  const turns =
    scale === 1 ? { rounds: 5, perRound: 1, warmUp: 1, pause: 500 } : { rounds: 1, perRound: 1, warmUp: 0, pause: 0 };
  const process = (file: string): Child => {
    const child = new Child(file);
    children.push(child);
    return child;
  };
  const [kiosk, peer, peerServer] = [process('kiosk.ts'), process('pouch-kiosk.ts'), process('pouch-server.ts')];
  const [floor, floorServer] = [process('floor-kiosk.ts'), process('floor-server.ts')];
  const [filled, documents] = [join(folder, 'filled'), join(folder, 'documents')];
  const code = await central.server.createEnrolmentCode('leeds-01');
  await kiosk.ask('fill', { folder: filled, serverUrl: central.server.url, code, count });
  await peer.ask('fill', { kiosk: filled, folder: documents });
  const floorUrl = await floorServer.ask<string>('serve', { databaseUrl: central.databaseUrl });
  const peerUrl = await peerServer.ask<string>('serve', { folder });

  const opening: number[] = [];
  let databases = 0;
  const replicate = async (batchSize: number) => {
    databases += 1;
    const request = { folder: documents, copy: join(folder, 'peer'), url: `${peerUrl}/d${databases}`, batchSize };
    const { milliseconds, written } = await peer.ask<{ milliseconds: number; written: number }>('drain', request);
    if (written !== count) throw new Error(`the peer replicated ${written} of ${count}`);
    return milliseconds;
  };
  const measured = await interleave(
    {
      product: async () => {
        const milliseconds = await kiosk.ask<number>('drain', { folder: filled, copy: join(folder, 'ours') });
        opening.push(await central.opened());
        const [arrived, alarms] = [await central.count('opened_records'), await central.count('alarms')];
        if (arrived !== count || alarms > 0) throw new Error(`${arrived} of ${count} arrived, ${alarms} alarms`);
        await central.forgetRecords();
        return milliseconds;
      },
      floor: async () => {
        const milliseconds = await floor.ask<number>('drain', {
          folder: filled,
          copy: join(folder, 'floor'),
          url: floorUrl,
        });
        await central.database.query('truncate floor');
        await central.database.query('checkpoint');
        return milliseconds;
      },
      peer: () => replicate(100),
      peerInLargeBatches: () => replicate(500),
    },
    turns,
  );
  const perSecond = (name: keyof typeof measured): number[] =>
    measured[name].map((round) => (count / median(round)) * 1000);
  const rates = {
    product: perSecond('product'),
    floor: perSecond('floor'),
    peer: perSecond('peer'),
    peerInLargeBatches: perSecond('peerInLargeBatches'),
  };
  note(
    `drain: ${count} records, ${turns.rounds} rounds, ${turns.warmUp} to warm up; records a second: ` +
      Object.entries(rates)
        .map(([name, values]) => `${name} ${median(values).toFixed(0)}`)
        .join(', '),
  );
  note(`drain: everything opened ${median(opening).toFixed(0)} ms after the last countersignature`);
  note(`drain: ${['pouchdb', 'express-pouchdb', 'leveldown', 'better-sqlite3', 'pg'].map(versionOf).join(', ')}`);
  return rates;
}

/** A kiosk comes back after days without a network. */
export const drain: Benchmark = {
  name: 'drain',
  needsElectron: false,
  async run(surroundings) {
    const children: Child[] = [];
    const central = await CentralServer.start(surroundings.folder);
    try {
      const rates = await measure(surroundings, central, children);
      const best = rates.peer.map((rate, round) => Math.max(rate, rates.peerInLargeBatches[round] ?? 0));
      const [peer, floor] = [summarise(ratios(rates.product, best)), summarise(ratios(rates.product, rates.floor))];
      const name = 'drain, records a second';
      return [
        {
          name,
          value: peer.median,
          unit: 'x',
          spread: peer,
          against: 'PouchDB replicating to express-pouchdb',
          goal: { atLeast: 2 },
        },
        {
          name,
          value: floor.median,
          unit: 'x',
          spread: floor,
          against: 'the same batches over HTTP into a plain durable insert',
          goal: { atLeast: 0.4 },
        },
      ];
    } finally {
      for (const child of children) await child.stop();
      await central.stop();
    }
  },
};
