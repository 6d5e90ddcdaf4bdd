import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { ledger as firstMigration } from '../../electron/store/migrations/001-ledger.ts';
import { deliveries as secondMigration } from '../../electron/store/migrations/002-deliveries.ts';
import { unsent as thirdMigration } from '../../electron/store/migrations/003-unsent.ts';
import { kioskId, temporaryFolder } from '../support/enrolled-folder.ts';

const [early, late] = ['2026-11-01T08:00:00.000Z', '2026-11-21T08:00:00.000Z'];
const hash = (letter: string) => letter.repeat(42).concat('A');
const signature = 's'.repeat(85).concat('A');

const header = (sequence: number, type = 'given') =>
  JSON.stringify({
    version: 1,
    recordId: '0192f0c1-2b3c-7d4e-8f50-617283940516',
    kioskId,
    storeId: 'leeds-01',
    sequence,
    type,
    deviceTime: early,
    monotonicTime: 0,
    lastCountersignature: hash('l'),
    sealKeyId: 'sealKeyIdOf16ch_',
    previousChainHash: hash('g'),
  });

const recordAt = (sequence: number, type = 'given') => ({
  header: header(sequence, type),
  bodyHash: hash('b'),
  sealed: Uint8Array.from([sequence]),
  signature,
  chainHash: hash('c'),
});

const settled = (sequences: number[], serverTime: string) => ({
  delivered: sequences.map((sequence) => ({ sequence, serverTime })),
  refused: [],
  countersignatures: [],
});

describe('deliveries', () => {
  let store: KioskDatabase;
  const unsent = () => store.ledger.unsent(100, 1e6).map(({ sequence }) => sequence);

  beforeEach(() => {
    store = new KioskDatabase(temporaryFolder(), undefined);
    store.ledger.begin({ chainHash: hash('g'), lastCountersignature: hash('l') });
    for (const sequence of [1, 2, 3, 4, 5, 6]) store.ledger.append(recordAt(sequence), sequence);
  });

  it('leave exactly the other records unsent, in whatever runs they come', () => {
    expect(store.ledger.counts()).toEqual({ unsent: 6, refused: 0, damaged: 0, delivered: 0 });
    store.ledger.settle(settled([1, 2, 4], early), null);
    expect(unsent()).toEqual([3, 5, 6]);
    expect(store.ledger.counts()).toEqual({ unsent: 3, refused: 0, damaged: 0, delivered: 3 });
    store.ledger.settle({ ...settled([5], late), refused: [{ sequence: 3, code: 'body_altered' }] }, null);
    expect(unsent()).toEqual([6]);
    expect(store.ledger.counts()).toEqual({ unsent: 1, refused: 1, damaged: 0, delivered: 4 });
    store.close();
  });

  it('can be read on behind a record, for the batch that is sent next', () => {
    expect(store.ledger.unsent(2, 1e6, 2).map(({ sequence }) => sequence)).toEqual([3, 4]);
    store.close();
  });

  it('erase the bodies of old runs only, and what was erased is not sent again', () => {
    store.ledger.settle(settled([1, 2], early), null);
    store.ledger.settle(settled([3, 4], late), null);
    expect(store.ledger.eraseDeliveredBefore(late)).toBe(2);
    expect(store.ledger.eraseDeliveredBefore(late)).toBe(0);
    expect(store.ledger.sendAgain()).toBe(2);
    expect(unsent()).toEqual([3, 4, 5, 6]);
    expect(store.ledger.counts()).toEqual({ unsent: 4, refused: 0, damaged: 0, delivered: 2 });
    store.ledger.settle(settled([3, 4, 5, 6], late), null);
    expect(store.ledger.counts()).toEqual({ unsent: 0, refused: 0, damaged: 0, delivered: 6 });
    store.close();
  });
});

/** What the ledger should say, kept the simplest way: one state for each record. */
class Model {
  readonly states: ('unsent' | 'delivered' | 'refused' | 'damaged' | 'erased')[] = [];
  readonly withdrawals = new Set<number>();

  sequencesOf(state: Model['states'][number]): number[] {
    return this.states.flatMap((each, index) => (each === state ? [index + 1] : []));
  }

  change(from: Model['states'][number], to: Model['states'][number]): void {
    for (const sequence of this.sequencesOf(from)) this.states[sequence - 1] = to;
  }
}

const damages = {
  header_unreadable: `header = '{'`,
  body_hash_unreadable: `body_hash = 'no hash'`,
  sealed_unreadable: 'sealed = NULL',
  signature_unreadable: `signature = replace(signature, 'A', '!')`,
};

/** What an answer says of each record that was sent: 0 nothing yet, 1 countersigned, 2 refused. */
const verdicts = fc.array(fc.constantFrom(0, 1, 1, 1, 2), { minLength: 1, maxLength: 8 });
const step = fc.oneof(
  fc.record({ append: fc.integer({ min: 1, max: 6 }), type: fc.constantFrom('given', 'given', 'withdrawn') }),
  fc.record({ verdicts, skip: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ breaks: fc.integer({ min: 0, max: 3 }), how: fc.constantFrom(...Object.values(damages)) }),
  fc.constantFrom('erase', 'send again', 'try again', 'restart'),
);

it('whatever happens in whatever order, exactly what can be sent and was neither delivered nor refused is unsent', {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const folder = temporaryFolder();
      let store = new KioskDatabase(folder, undefined);
      store.ledger.begin({ chainHash: hash('g'), lastCountersignature: hash('l') });
      const model = new Model();
      for (const each of steps) {
        if (each === 'restart') {
          store.close();
          store = new KioskDatabase(folder, undefined);
        } else if (each === 'erase') {
          store.ledger.eraseDeliveredBefore(late);
          model.change('delivered', 'erased');
        } else if (each === 'send again') {
          expect(store.ledger.sendAgain()).toBe(model.sequencesOf('delivered').length);
          model.change('delivered', 'unsent');
        } else if (each === 'try again') {
          expect(store.ledger.tryRefusedAgain(null)).toBe(model.sequencesOf('refused').length);
          model.change('refused', 'unsent');
        } else if ('append' in each) {
          for (let count = 0; count < each.append; count++) {
            const sequence = model.states.push('unsent');
            if (each.type === 'withdrawn') model.withdrawals.add(sequence);
            store.ledger.append(recordAt(sequence, each.type), sequence, each.type === 'withdrawn');
          }
        } else if ('breaks' in each) {
          const sequence = model.sequencesOf('unsent')[each.breaks];
          if (sequence === undefined) continue;
          changeFile(folder, `UPDATE records SET ${each.how} WHERE sequence = ${sequence}`);
          model.states[sequence - 1] = 'damaged';
        } else {
          const after = model.sequencesOf('unsent')[each.skip] ?? 0;
          const sent = store.ledger.unsent(each.verdicts.length, 1e6, after).map(({ sequence }) => sequence);
          const said = (verdict: number) => sent.filter((_, index) => each.verdicts[index] === verdict);
          const refused = said(2).map((sequence) => ({ sequence, code: 'body_altered' as const }));
          store.ledger.settle({ ...settled(said(1), early), refused }, null);
          for (const sequence of said(1)) model.states[sequence - 1] = 'delivered';
          for (const sequence of said(2)) model.states[sequence - 1] = 'refused';
        }
        const sequences = (records: { sequence: number }[]) => records.map(({ sequence }) => sequence);
        const unsent = model.sequencesOf('unsent');
        expect(sequences(store.ledger.unsent(1000, 1e6))).toEqual(unsent);
        const withdrawals = unsent.filter((sequence) => model.withdrawals.has(sequence));
        expect(sequences(store.ledger.unsentWithdrawals(1000, 1e6))).toEqual(withdrawals);
        const [refused, damaged] = [model.sequencesOf('refused').length, model.sequencesOf('damaged').length];
        expect(sequences(store.ledger.damaged())).toEqual(model.sequencesOf('damaged'));
        expect(store.ledger.counts()).toEqual({
          unsent: unsent.length,
          refused,
          damaged,
          delivered: model.states.length - unsent.length - refused - damaged,
        });
        expect(store.ledger.oldestUnsentAt()).toBe(unsent.length > 0 ? early : null);
      }
      store.close();
    }),
    { numRuns: 60 },
  );
});

/** As a bad disk does it: behind the back of whoever has the file open. */
function changeFile(folder: string, statement: string): void {
  const database = new SqliteDatabase(join(folder, 'kiosk.db'));
  database.exec(statement);
  database.close();
}

describe('found 24: a damaged row', () => {
  it.each(Object.entries(damages))('is set aside as %s, and the others are read', (problem, change) => {
    const folder = temporaryFolder();
    const store = new KioskDatabase(folder, undefined);
    store.ledger.begin({ chainHash: hash('g'), lastCountersignature: hash('l') });
    for (const sequence of [1, 2, 3]) store.ledger.append(recordAt(sequence), sequence);
    changeFile(folder, `UPDATE records SET ${change} WHERE sequence = 2`);
    expect(store.ledger.unsent(1, 1e6, 1).map(({ sequence }) => sequence)).toEqual([3]);
    expect(store.ledger.damaged()).toEqual([{ sequence: 2, problem }]);
    expect(store.ledger.counts()).toEqual({ unsent: 2, refused: 0, damaged: 1, delivered: 0 });
    expect(store.ledger.recent(3).map(({ state }) => state)).toEqual(['unsent', 'damaged', 'unsent']);
    store.close();
  });

  it('with the header of another record is damaged too', () => {
    const folder = temporaryFolder();
    const store = new KioskDatabase(folder, undefined);
    store.ledger.begin({ chainHash: hash('g'), lastCountersignature: hash('l') });
    for (const sequence of [1, 2]) store.ledger.append(recordAt(sequence), sequence);
    changeFile(folder, `UPDATE records SET header = (SELECT header FROM records WHERE sequence = 1)`);
    expect(store.ledger.unsent(10, 1e6).map(({ sequence }) => sequence)).toEqual([1]);
    expect(store.ledger.damaged()).toEqual([{ sequence: 2, problem: 'header_unreadable' }]);
    store.close();
  });

  it('is not what a damaged chain hash makes, which is made again of header and body', () => {
    const folder = temporaryFolder();
    const store = new KioskDatabase(folder, undefined);
    store.ledger.begin({ chainHash: hash('g'), lastCountersignature: hash('l') });
    store.ledger.append(recordAt(1), 1);
    const [before] = store.ledger.unsent(1, 1e6);
    changeFile(folder, `UPDATE records SET chain_hash = '?'`);
    expect(store.ledger.unsent(1, 1e6)).toEqual([before]);
    store.close();
  });
});

it('found 25: what was refused is tried again under another version of the server, or when it is asked for', () => {
  const store = new KioskDatabase(temporaryFolder(), undefined);
  store.ledger.begin({ chainHash: hash('g'), lastCountersignature: hash('l') });
  for (const sequence of [1, 2]) store.ledger.append(recordAt(sequence), sequence);
  const refuse = (sequence: number, version: string | null) =>
    store.ledger.settle({ ...settled([], early), refused: [{ sequence, code: 'body_altered' }] }, version);
  refuse(1, '1.0.0');
  refuse(2, null);
  expect(store.ledger.tryRefusedAgain('1.0.0')).toBe(1);
  expect(store.ledger.unsent(10, 1e6).map(({ sequence }) => sequence)).toEqual([2]);
  refuse(2, '1.0.0');
  expect(store.ledger.tryRefusedAgain('1.0.0')).toBe(0);
  expect(store.ledger.tryRefusedAgain('1.0.1')).toBe(2);
  refuse(1, '1.0.1');
  expect(store.ledger.tryRefusedAgain(null)).toBe(1);
  store.close();
});

/** A kiosk's file as an older version left it. */
function oldDatabase(folder: string, migrations: string[]): SqliteDatabase.Database {
  const old = new SqliteDatabase(join(folder, 'kiosk.db'));
  for (const migration of migrations) old.exec(migration);
  old.pragma(`user_version = ${migrations.length}`);
  return old;
}

it('a database with an outbox and a chain head keeps what waits, what was delivered, what was refused, and its head', () => {
  const folder = temporaryFolder();
  const old = oldDatabase(folder, [firstMigration, secondMigration]);
  old.prepare('INSERT INTO chain_head VALUES (1, 4, ?, ?)').run(hash('h'), hash('l'));
  const insert = old.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)');
  for (const sequence of [1, 2, 3, 4])
    insert.run(sequence, header(sequence), hash('b'), Buffer.from([1]), signature, hash('h'));
  old.exec(`INSERT INTO outbox VALUES (2, 'body_altered'), (4, NULL)`);
  old.exec(`INSERT INTO deliveries VALUES (1, 1, '${early}', 0), (3, 3, '${late}', 0)`);
  old.close();

  const store = new KioskDatabase(folder, undefined);
  expect(store.ledger.counts()).toEqual({ unsent: 1, refused: 1, damaged: 0, delivered: 2 });
  expect(store.ledger.unsent(100, 1e6).map(({ sequence }) => sequence)).toEqual([4]);
  expect(store.ledger.head()).toEqual({ sequence: 4, chainHash: hash('h'), lastCountersignature: hash('l') });
  store.close();
  const migrated = new SqliteDatabase(join(folder, 'kiosk.db'), { readonly: true });
  expect(migrated.prepare('SELECT chain_hash FROM chain_origin').pluck().get()).toBe(hash('g'));
  migrated.close();
});

it('an enrolled kiosk without a record keeps the origin of its chain', () => {
  const folder = temporaryFolder();
  const old = oldDatabase(folder, [firstMigration, secondMigration]);
  old.prepare('INSERT INTO chain_head VALUES (1, 0, ?, ?)').run(hash('g'), hash('l'));
  old.close();

  const store = new KioskDatabase(folder, undefined);
  expect(store.ledger.head()).toEqual({ sequence: 0, chainHash: hash('g'), lastCountersignature: hash('l') });
  expect(() => store.ledger.begin({ chainHash: hash('o'), lastCountersignature: hash('l') })).toThrow();
  store.ledger.append(recordAt(1), 1);
  expect(store.ledger.counts()).toEqual({ unsent: 1, refused: 0, damaged: 0, delivered: 0 });
  store.close();
});

it('a database from before there were runs keeps what was delivered, what waits and what was erased', () => {
  const folder = temporaryFolder();
  const old = oldDatabase(folder, [firstMigration]);
  old.prepare('INSERT INTO chain_head VALUES (1, 3, ?, ?)').run(hash('c'), hash('l'));
  const insert = old.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)');
  insert.run(1, header(1), hash('b'), null, signature, hash('c'), early);
  insert.run(2, header(2), hash('b'), Buffer.from([2]), signature, hash('c'), late);
  insert.run(3, header(3), hash('b'), Buffer.from([3]), signature, hash('c'), null);
  old.exec('INSERT INTO outbox (sequence) VALUES (3)');
  old.close();

  const store = new KioskDatabase(folder, undefined);
  expect(store.ledger.counts()).toEqual({ unsent: 1, refused: 0, damaged: 0, delivered: 2 });
  expect(store.ledger.eraseDeliveredBefore(late)).toBe(0);
  expect(store.ledger.sendAgain()).toBe(1);
  expect(store.ledger.unsent(100, 1e6).map(({ sequence }) => sequence)).toEqual([2, 3]);
  store.close();
});

it('a database of runs keeps what was delivered, what was refused, what waits and which of it is a withdrawal', () => {
  const folder = temporaryFolder();
  const old = oldDatabase(folder, [firstMigration, secondMigration, thirdMigration]);
  old.prepare('INSERT INTO chain_origin VALUES (1, ?, ?)').run(hash('g'), hash('l'));
  const insert = old.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)');
  const types = ['given', 'given', 'withdrawn', 'given', 'withdrawn', 'given', 'given'];
  for (const [index, type] of types.entries()) {
    const sealed = index === 0 ? null : Buffer.from([index + 1]);
    insert.run(index + 1, header(index + 1, type), hash('b'), sealed, signature, hash('c'));
  }
  // Not even JSON: such a row must not keep the kiosk from starting.
  old.exec(`UPDATE records SET header = '{' WHERE sequence = 7`);
  old.exec(`INSERT INTO deliveries VALUES (1, 1, '${early}', 1), (2, 3, '${late}', 0)`);
  old.exec(`INSERT INTO rejections VALUES (4, 'body_altered')`);
  old.close();

  const store = new KioskDatabase(folder, undefined);
  expect(store.ledger.counts()).toEqual({ unsent: 3, refused: 1, damaged: 0, delivered: 3 });
  expect(store.ledger.unsent(100, 1e6).map(({ sequence }) => sequence)).toEqual([5, 6]);
  expect(store.ledger.unsentWithdrawals(100, 1e6).map(({ sequence }) => sequence)).toEqual([5]);
  expect(store.ledger.recent(7).map(({ state, countersignedAt }) => [state, countersignedAt])).toEqual([
    ['damaged', null],
    ['unsent', null],
    ['unsent', null],
    ['refused', null],
    ['countersigned', late],
    ['countersigned', late],
    ['countersigned', early],
  ]);
  expect(store.ledger.sendAgain()).toBe(2);
  expect(store.ledger.tryRefusedAgain('1.0.0')).toBe(1);
  expect(store.ledger.unsent(100, 1e6).map(({ sequence }) => sequence)).toEqual([2, 3, 4, 5, 6]);
  store.close();
});
