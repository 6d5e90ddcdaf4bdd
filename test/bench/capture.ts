import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { type Benchmark, scaled } from './harness/benchmark.ts';
import { type IdleKiosk, openIdleKiosk } from './harness/idle-kiosk.ts';
import { type Contestant, interleave, timed } from './harness/interleave.ts';
import { median, ratios, summarise } from './harness/statistics.ts';

/** Between two customers there is time to prepare the next seal; more than this changes nothing. */
const pause = 6;

/** One durable insert of what the kiosk stored last: the same columns and bytes, one row, nothing else. */
function openBareInsert({ folder }: IdleKiosk): { insert: Contestant; bytes: number; close: () => void } {
  const kiosk = new SqliteDatabase(join(folder, 'kiosk.db'), { readonly: true });
  const columns = 'header, body_hash, sealed, signature, chain_hash';
  const record = kiosk.prepare(`SELECT ${columns} FROM records`).get() as Record<string, string | Buffer>;
  kiosk.close();
  const database = new SqliteDatabase(join(folder, 'bare.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE records (id INTEGER PRIMARY KEY, header, body_hash, sealed, signature, chain_hash)');
  const statement = database.prepare(
    `INSERT INTO records (${columns}) VALUES (@header, @body_hash, @sealed, @signature, @chain_hash)`,
  );
  return {
    insert: () => timed(() => statement.run(record)),
    bytes: Object.values(record).reduce((sum, value) => sum + value.length, 0),
    close: () => database.close(),
  };
}

/** What a customer waits for after "save", beside the least that any durable store could make them wait. */
export const capture: Benchmark = {
  name: 'capture',
  needsElectron: false,
  async run({ scale, note }) {
    const turns = { rounds: 9, perRound: scaled(100, scale, 2), warmUp: 1, pause };
    const kiosk = await openIdleKiosk(1);
    const bare = openBareInsert(kiosk);
    const measured = await interleave({ kiosk: kiosk.capture, bare: bare.insert }, turns);
    bare.close();
    await kiosk.close();
    const [ours, floor] = [measured.kiosk.map(median), measured.bare.map(median)];
    const each = `${turns.rounds} rounds of ${turns.perRound}, ${turns.warmUp} to warm up`;
    note(`capture: ${bare.bytes} bytes; ${each}; ${median(ours).toFixed(3)} ms against ${median(floor).toFixed(3)} ms`);
    const spread = summarise(ratios(ours, floor));
    return [
      {
        name: 'capture commit, p50',
        value: spread.median,
        unit: 'x',
        spread,
        against: 'one durable better-sqlite3 insert of the same bytes',
        goal: { atMost: 2.5 },
      },
    ];
  },
};

/** After weeks without a network the next customer waits no longer than the first. */
export const backlog: Benchmark = {
  name: 'backlog',
  needsElectron: false,
  async run({ scale, note }) {
    const turns = { rounds: 9, perRound: scaled(60, scale, 2), warmUp: 1, pause };
    const [large, small] = [scaled(1_000_000, scale, 2_000), scaled(1_000, scale, 200)];
    const [full, empty] = [await openIdleKiosk(large), await openIdleKiosk(small)];
    const measured = await interleave({ full: full.capture, empty: empty.capture }, turns);
    await full.close();
    await empty.close();
    const [many, few] = [measured.full.map(median), measured.empty.map(median)];
    const each = `${turns.rounds} rounds of ${turns.perRound}, ${turns.warmUp} to warm up`;
    note(
      `backlog: ${large} and ${small} unsent records; ${each}; ${median(many).toFixed(3)} ms and ${median(few).toFixed(3)} ms`,
    );
    const spread = summarise(ratios(many, few));
    return [
      {
        name: `capture commit with ${large.toLocaleString('en')} unsent records, p50`,
        value: spread.median,
        unit: 'x',
        spread,
        against: `with ${small.toLocaleString('en')}`,
        goal: { atMost: 1.1 },
      },
    ];
  },
};
