import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, it } from 'vitest';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { ledger as firstMigration } from '../../electron/store/migrations/001-ledger.ts';
import { deliveries as secondMigration } from '../../electron/store/migrations/002-deliveries.ts';
import { unsent as thirdMigration } from '../../electron/store/migrations/003-unsent.ts';
import { temporaryFolder } from '../support/enrolled-folder.ts';
import { early, hash, header, late, recordAt, signature } from './ledger-kit.ts';

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
