import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { ledger as firstMigration } from '../../electron/store/migrations/001-ledger.ts';
import { temporaryFolder } from '../support/enrolled-folder.ts';

const [early, late] = ['2026-11-01T08:00:00.000Z', '2026-11-21T08:00:00.000Z'];
const hash = (letter: string) => letter.repeat(42).concat('A');
const header = (sequence: number) => JSON.stringify({ deviceTime: early, sequence });

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
    store.ledger.begin({ sequence: 0, chainHash: hash('g'), lastCountersignature: hash('l') });
    for (const sequence of [1, 2, 3, 4, 5, 6]) store.ledger.append(recordAt(sequence), sequence);
  });

  it('take exactly the delivered records out of the outbox, in whatever runs they come', () => {
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

it('a database from before there were runs keeps what was delivered, what waits and what was erased', () => {
  const folder = temporaryFolder();
  const old = new SqliteDatabase(join(folder, 'kiosk.db'));
  old.exec(firstMigration);
  old.pragma('user_version = 1');
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
