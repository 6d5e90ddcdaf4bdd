import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { ledger as firstSchema } from '../../electron/store/migrations/001-ledger.ts';
import { fromText } from '../../protocol/bytes.ts';
import { genesisHash } from '../../protocol/chain.ts';
import { temporaryFolder } from '../support/enrolled-folder.ts';
import vectors from '../vectors/record-v1.json' with { type: 'json' };

const records = vectors.records.slice(0, 3).map((record) => ({ ...record, sealed: fromText(record.sealed) }));
const origin = {
  chainHash: genesisHash(vectors.kioskId, vectors.devicePublicKey),
  lastCountersignature: vectors.countersignatures[0]?.hash ?? '',
};

function filledStore() {
  const folder = temporaryFolder();
  const store = new KioskDatabase(folder, undefined);
  store.ledger.begin(origin);
  for (const [index, record] of records.entries()) store.ledger.append(record, index + 1);
  const bodiesLeft = () => {
    const database = new SqliteDatabase(join(folder, 'kiosk.db'), { readonly: true });
    const rows = database.prepare('SELECT sequence FROM records WHERE sealed IS NOT NULL ORDER BY sequence').all();
    database.close();
    return (rows as { sequence: number }[]).map(({ sequence }) => sequence);
  };
  return { folder, store, bodiesLeft };
}

const delivered = (sequence: number, serverTime: string) => ({ sequence, serverTime });

describe('letting go', () => {
  it('erases a body once the safety period after its countersignature is over, and never before', () => {
    const { store, bodiesLeft } = filledStore();
    const settlement = { refused: [], countersignatures: [] };
    const both = [delivered(1, '2026-11-01T00:00:00.000Z'), delivered(2, '2026-11-20T00:00:00.000Z')];
    store.ledger.settle({ ...settlement, delivered: both }, null);
    expect(store.ledger.eraseDeliveredBefore('2026-10-31T00:00:00.000Z')).toBe(0);
    expect(store.ledger.eraseDeliveredBefore('2026-11-10T00:00:00.000Z')).toBe(1);
    expect(bodiesLeft()).toEqual([2, 3]);
    expect(store.ledger.eraseDeliveredBefore('2027-01-01T00:00:00.000Z')).toBe(1);
    expect(bodiesLeft()).toEqual([3]);
    expect(store.ledger.recent(20).map(({ state }) => state)).toEqual(['unsent', 'countersigned', 'countersigned']);
    store.close();
  });

  it('sends everything again that it still holds, and nothing that is erased', () => {
    const { store } = filledStore();
    const all = [1, 2, 3].map((sequence) => delivered(sequence, `2026-11-0${sequence}T00:00:00.000Z`));
    store.ledger.settle({ delivered: all, refused: [], countersignatures: [] }, null);
    store.ledger.eraseDeliveredBefore('2026-11-02T00:00:00.000Z');
    expect(store.ledger.counts()).toEqual({ unsent: 0, refused: 0, damaged: 0, delivered: 3 });
    store.ledger.sendAgain();
    expect(store.ledger.unsent(10, 1e9).map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect(store.ledger.counts()).toEqual({ unsent: 2, refused: 0, damaged: 0, delivered: 1 });
    store.close();
  });

  it('refuses a record made for a chain head that is no longer the head', () => {
    const { store } = filledStore();
    const [record] = records;
    if (record === undefined) throw new Error('vectors incomplete');
    expect(() => store.ledger.append(record, 2)).toThrow(expect.objectContaining({ code: 'chain_moved' }));
    expect(store.ledger.head().sequence).toBe(3);
    store.close();
  });
});

describe('a database of the first schema', () => {
  it('keeps what was delivered and what was not', () => {
    const folder = temporaryFolder();
    const old = new SqliteDatabase(join(folder, 'kiosk.db'));
    old.exec(firstSchema);
    old.pragma('user_version = 1');
    old.prepare(`INSERT INTO chain_head VALUES (1, 3, 'c', 'l')`).run();
    const insert = old.prepare(`INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)`);
    for (const [index, r] of records.entries()) {
      const deliveredAt = index === 0 ? '2026-11-01T00:00:00.000Z' : null;
      insert.run(index + 1, r.header, r.bodyHash, r.sealed, r.signature, r.chainHash, deliveredAt);
      if (deliveredAt === null) old.prepare(`INSERT INTO outbox (sequence) VALUES (?)`).run(index + 1);
    }
    old.close();
    const store = new KioskDatabase(folder, undefined);
    expect(store.ledger.counts()).toEqual({ unsent: 2, refused: 0, damaged: 0, delivered: 1 });
    expect(store.ledger.recent(3).map(({ countersignedAt }) => countersignedAt)).toEqual([
      null,
      null,
      '2026-11-01T00:00:00.000Z',
    ]);
    store.close();
  });
});
