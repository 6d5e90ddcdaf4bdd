import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SealedRecord } from '../../protocol/record.ts';
import { SeededRandom } from '../e2e/support/random.ts';
import { mobile, startTestServer, type TestServer } from '../server/test-server.ts';
import { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { times } from '../support/times.ts';

const patience = 600_000;

let server: TestServer;
let kiosk: SimulatedKiosk;
beforeEach(async () => {
  server = await startTestServer();
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.app.server.address() as AddressInfo;
  kiosk = await SimulatedKiosk.enrol(`http://127.0.0.1:${port}`, await server.createCode());
});
afterEach(() => server.close());

const rowsOf = async (records: SealedRecord[]): Promise<number> => {
  const hashes = records.map(({ chainHash }) => chainHash);
  return (await server.database.query('select from records where chain_hash = any($1)', [hashes])).rowCount ?? 0;
};

test(
  'fault 25: each batch sent one to five times on connections of their own is one row a record, and one answer',
  async () => {
    const random = new SeededRandom();
    for (let round = 0; round < times(500); round++) {
      const people = Array.from({ length: 1 + random.below(20) }, () => mobile(random.below(100_000)));
      const records = await kiosk.records(people);
      const copies = Array.from({ length: 1 + random.below(5) }, () => kiosk.deliver(records));
      const answers = [...(await Promise.all(copies)), await kiosk.deliver(records)];
      const countersignatures = answers.map((answer) => JSON.stringify(answer.countersignatures));
      expect([round, new Set(countersignatures).size]).toEqual([round, 1]);
      expect(await rowsOf(records)).toBe(records.length);
      const accepted = answers.flatMap((answer) => answer.answers.filter(({ outcome }) => outcome === 'countersigned'));
      expect(accepted.map(({ sequence }) => sequence)).toEqual(
        records.map((_, index) => kiosk.sequence - records.length + 1 + index),
      );
    }
    expect(await server.alarms()).toEqual([]);
  },
  patience,
);

test(
  'fault 28: the same id or the same number in the chain with other content is a conflict, kept and alarmed on both sides',
  async () => {
    const random = new SeededRandom();
    for (let round = 0; round < times(200); round++) {
      const before = { sequence: kiosk.sequence, previousChainHash: kiosk.previousChainHash };
      const first = await kiosk.record(kiosk.body(mobile(random.below(100_000))));
      const sameId = random.next() < 0.5;
      if (!sameId) Object.assign(kiosk, before);
      const { recordId } = JSON.parse(first.header) as { recordId: string };
      const second = await kiosk.record(kiosk.body(mobile(random.below(100_000))), sameId ? { recordId } : {});
      // Two records of one number in a batch are refused whole: no kiosk makes that.
      const batches = sameId && random.next() < 0.5 ? [[first, second]] : [[first], [second]];
      const outcomes = [];
      for (const batch of batches) outcomes.push(...(await kiosk.deliver(batch)).answers.map(({ outcome }) => outcome));
      expect([round, outcomes.at(-1)]).toEqual([round, 'conflict']);
      expect(await rowsOf([first, second])).toBe(2);
    }
    expect(new Set((await server.alarms()).map(({ code }) => code))).toEqual(new Set(['fork']));
  },
  patience,
);

/** Records that are well signed and cannot be read, by what is wrong with them. */
const poisons: ((of: SimulatedKiosk, number: string) => Promise<SealedRecord>)[] = [
  (of, number) => of.record(of.body(number), { type: 'horoscope' }),
  (of, number) => of.record({ ...of.body(number), choices: [] }),
  (of, number) => of.record(of.body(number), { sealKeyId: 'AAAAAAAAAAAAAAAA' }),
  (of) => of.record('no body at all'),
];

test(
  'fault 29: one poison record in a hundred: ninety-nine are opened, one is parked and kept, and nothing waits behind it',
  async () => {
    const random = new SeededRandom();
    const rounds = times(40);
    for (let round = 0; round < rounds; round++) {
      const poison = poisons[round % poisons.length] as (typeof poisons)[number];
      const at = random.below(100);
      const records: SealedRecord[] = [];
      for (let index = 0; index < 100; index++) {
        const number = mobile((round * 100 + index) % 100_000);
        records.push(index === at ? await poison(kiosk, number) : await kiosk.record(kiosk.body(number)));
      }
      const { answers } = await kiosk.deliver(records);
      expect(answers.filter(({ outcome }) => outcome !== 'countersigned')).toEqual([]);
      expect(await rowsOf(records)).toBe(100);
    }
    await server.openingWorker.settled();
    const opened = await server.database.query('select from opened_records');
    const parked = await server.database.query('select from unopened_records where parked_code is not null');
    expect([opened.rowCount, parked.rowCount]).toEqual([99 * rounds, rounds]);
    expect((await server.app.inject('/health')).json().opening.waiting).toBe(0);
  },
  patience,
);
