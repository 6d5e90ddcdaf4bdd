import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { ledger as firstMigration } from '../../electron/store/migrations/001-ledger.ts';
import { deliveries as secondMigration } from '../../electron/store/migrations/002-deliveries.ts';
import { temporaryFolder } from '../support/enrolled-folder.ts';

const [early, late] = ['2026-11-01T08:00:00.000Z', '2026-11-21T08:00:00.000Z'];
const hash = (letter: string) => letter.repeat(42).concat('A');
const header = (sequence: number) => JSON.stringify({ deviceTime: early, previousChainHash: hash('g'), sequence });

const recordAt = (sequence: number) => ({
  header: header(sequence),
  bodyHash: hash('b'),
  sealed: Uint8Array.from([sequence]),
  signature: 's',
  chainHash: hash('c'),
});

const settled = (sequences: number[], serverTime: string) => ({
  delivered: sequences.map((sequence) => ({ sequence, serverTime })),
  rejected: [],
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
    expect(store.ledger.counts()).toEqual({ unsent: 6, parked: 0, delivered: 0 });
    store.ledger.settle(settled([1, 2, 4], early));
    expect(unsent()).toEqual([3, 5, 6]);
    expect(store.ledger.counts()).toEqual({ unsent: 3, parked: 0, delivered: 3 });
    store.ledger.settle({ ...settled([5], late), rejected: [{ sequence: 3, code: 'body_altered' }] });
    expect(unsent()).toEqual([6]);
    expect(store.ledger.counts()).toEqual({ unsent: 1, parked: 1, delivered: 4 });
    store.close();
  });

  it('can be read on behind a record, for the batch that is sent next', () => {
    expect(store.ledger.unsent(2, 1e6, 2).map(({ sequence }) => sequence)).toEqual([3, 4]);
    store.close();
  });

  it('erase the bodies of old runs only, and what was erased is not sent again', () => {
    store.ledger.settle(settled([1, 2], early));
    store.ledger.settle(settled([3, 4], late));
    expect(store.ledger.eraseDeliveredBefore(late)).toBe(2);
    expect(store.ledger.eraseDeliveredBefore(late)).toBe(0);
    expect(store.ledger.sendAgain()).toBe(2);
    expect(unsent()).toEqual([3, 4, 5, 6]);
    expect(store.ledger.counts()).toEqual({ unsent: 4, parked: 0, delivered: 2 });
    store.ledger.settle(settled([3, 4, 5, 6], late));
    expect(store.ledger.counts()).toEqual({ unsent: 0, parked: 0, delivered: 6 });
    store.close();
  });
});

/** What the ledger should say, kept the simplest way: one state for each record. */
class Model {
  readonly states: ('unsent' | 'delivered' | 'parked' | 'erased')[] = [];

  sequencesOf(state: Model['states'][number]): number[] {
    return this.states.flatMap((each, index) => (each === state ? [index + 1] : []));
  }

  change(from: Model['states'][number], to: Model['states'][number]): void {
    for (const sequence of this.sequencesOf(from)) this.states[sequence - 1] = to;
  }
}

/** What an answer says of each record that was sent: 0 nothing yet, 1 countersigned, 2 refused. */
const verdicts = fc.array(fc.constantFrom(0, 1, 1, 1, 2), { minLength: 1, maxLength: 8 });
const step = fc.oneof(
  fc.record({ append: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ verdicts, skip: fc.integer({ min: 0, max: 4 }) }),
  fc.constantFrom('erase', 'send again', 'restart'),
);

it('whatever happens in whatever order, exactly what was neither delivered nor refused is unsent', () => {
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
        } else if ('append' in each) {
          for (let count = 0; count < each.append; count++) {
            store.ledger.append(recordAt(model.states.length + 1), model.states.push('unsent'));
          }
        } else {
          const after = model.sequencesOf('unsent')[each.skip] ?? 0;
          const sent = store.ledger.unsent(each.verdicts.length, 1e6, after).map(({ sequence }) => sequence);
          const said = (verdict: number) => sent.filter((_, index) => each.verdicts[index] === verdict);
          const rejected = said(2).map((sequence) => ({ sequence, code: 'body_altered' as const }));
          store.ledger.settle({ ...settled(said(1), early), rejected });
          for (const sequence of said(1)) model.states[sequence - 1] = 'delivered';
          for (const sequence of said(2)) model.states[sequence - 1] = 'parked';
        }
        const unsent = model.sequencesOf('unsent');
        const parked = model.sequencesOf('parked').length;
        expect(store.ledger.unsent(1000, 1e6).map(({ sequence }) => sequence)).toEqual(unsent);
        expect(store.ledger.counts()).toEqual({
          unsent: unsent.length,
          parked,
          delivered: model.states.length - unsent.length - parked,
        });
        expect(store.ledger.oldestUnsentAt()).toBe(unsent.length > 0 ? early : null);
      }
      store.close();
    }),
    { numRuns: 60 },
  );
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
    insert.run(sequence, header(sequence), hash('b'), Buffer.from([1]), 's', hash('h'));
  old.exec(`INSERT INTO outbox VALUES (2, 'body_altered'), (4, NULL)`);
  old.exec(`INSERT INTO deliveries VALUES (1, 1, '${early}', 0), (3, 3, '${late}', 0)`);
  old.close();

  const store = new KioskDatabase(folder, undefined);
  expect(store.ledger.counts()).toEqual({ unsent: 1, parked: 1, delivered: 2 });
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
  expect(store.ledger.counts()).toEqual({ unsent: 1, parked: 0, delivered: 0 });
  store.close();
});

it('a database from before there were runs keeps what was delivered, what waits and what was erased', () => {
  const folder = temporaryFolder();
  const old = oldDatabase(folder, [firstMigration]);
  old.prepare('INSERT INTO chain_head VALUES (1, 3, ?, ?)').run(hash('c'), hash('l'));
  const insert = old.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)');
  insert.run(1, header(1), hash('b'), null, 's', hash('c'), early);
  insert.run(2, header(2), hash('b'), Buffer.from([2]), 's', hash('c'), late);
  insert.run(3, header(3), hash('b'), Buffer.from([3]), 's', hash('c'), null);
  old.exec('INSERT INTO outbox (sequence) VALUES (3)');
  old.close();

  const store = new KioskDatabase(folder, undefined);
  expect(store.ledger.counts()).toEqual({ unsent: 1, parked: 0, delivered: 2 });
  expect(store.ledger.eraseDeliveredBefore(late)).toBe(0);
  expect(store.ledger.sendAgain()).toBe(1);
  expect(store.ledger.unsent(100, 1e6).map(({ sequence }) => sequence)).toEqual([2, 3]);
  store.close();
});
