import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { ledger } from '../../electron/store/migrations/001-ledger.ts';
import { deliveries } from '../../electron/store/migrations/002-deliveries.ts';
import { unsent } from '../../electron/store/migrations/003-unsent.ts';
import { recordStates } from '../../electron/store/migrations/004-record-states.ts';
import { countersign, countersignatureHash } from '../../protocol/countersignature.ts';
import { generateSigningKey, importPrivateKey } from '../../protocol/signing.ts';
import type { Countersignature } from '../../shared/contracts/wire.ts';
import { epoch, kioskId, temporaryFolder } from '../support/enrolled-folder.ts';

const key = importPrivateKey(generateSigningKey().privateKey);
const hash = (letter: string) => letter.repeat(42).concat('A');
const restored = '0192f0c1-0000-7000-8000-000000000002';

function signedAt(minute: number, sequence: number, inEpoch = epoch): Countersignature {
  const serverTime = `2026-11-21T09:${String(minute).padStart(2, '0')}:00.000Z`;
  const statement = { version: 1 as const, kioskId, sequence, serverTime, epoch: inEpoch };
  return countersign({ ...statement, chainHash: hash(String(sequence)), signingKeyId: 'signingKeyIdOf16' }, key);
}

let folder: string;
let store: KioskDatabase;
beforeEach(() => {
  folder = temporaryFolder();
  store = new KioskDatabase(folder, undefined);
  store.ledger.begin({ chainHash: hash('g'), lastCountersignature: hash('l') });
});
afterEach(() => store.close());

const hear = (countersignature: Countersignature, isNew = true) =>
  store.ledger.settle({ delivered: [], refused: [], countersignatures: [{ countersignature, isNew }] }, null);
const named = () => store.ledger.head().lastCountersignature;

describe('the next record names', () => {
  it('the latest countersignature, also when the server tells once more of an older one', () => {
    const ofWithdrawal = signedAt(20, 5);
    hear(ofWithdrawal);
    hear(signedAt(10, 2), false);
    expect(named()).toBe(countersignatureHash(ofWithdrawal));
    store.close();
    store = new KioskDatabase(folder, undefined);
    hear(signedAt(11, 3), false);
    expect(named()).toBe(countersignatureHash(ofWithdrawal));
    const next = signedAt(21, 3);
    hear(next);
    expect(named()).toBe(countersignatureHash(next));
  });

  it('of two of one moment the one that covers more', () => {
    const ofMore = signedAt(20, 5);
    hear(ofMore);
    hear(signedAt(20, 2));
    expect(named()).toBe(countersignatureHash(ofMore));
  });

  it('what a restored server signs anew, whatever its clock says, and nothing older that it signs once more', () => {
    const before = signedAt(20, 5);
    hear(before);
    hear(signedAt(10, 2, restored), false);
    expect(named()).toBe(countersignatureHash(before));
    const anew = signedAt(15, 5, restored);
    hear(anew);
    expect(named()).toBe(countersignatureHash(anew));
    const next = signedAt(16, 6, restored);
    hear(next);
    expect(named()).toBe(countersignatureHash(next));
  });
});

const read = <T>(sql: string) => {
  const database = new SqliteDatabase(join(folder, 'kiosk.db'), { readonly: true });
  const found = database.prepare(sql).pluck().all() as T[];
  database.close();
  return found;
};

it('the proof of a restored server is kept beside the one from before', () => {
  hear(signedAt(20, 5));
  hear(signedAt(20, 5, restored), false);
  expect(read('SELECT epoch FROM countersignatures ORDER BY epoch')).toEqual([epoch, restored]);
});

it('a database from before keeps its proofs, and does not go back behind the latest of them', () => {
  folder = temporaryFolder();
  const old = new SqliteDatabase(join(folder, 'kiosk.db'));
  for (const migration of [ledger, deliveries, unsent, recordStates]) old.exec(migration);
  old.pragma('user_version = 4');
  const last = signedAt(20, 5);
  old.prepare('INSERT INTO chain_origin VALUES (1, ?, ?)').run(hash('g'), countersignatureHash(last));
  const insert = old.prepare('INSERT INTO countersignatures VALUES (?, ?, ?, ?)');
  for (const each of [signedAt(10, 2), last])
    insert.run(each.sequence, each.chainHash, each.serverTime, JSON.stringify(each));
  insert.run(1, hash('d'), '2026-11-21T09:01:00.000Z', 'damaged');
  old.close();
  store.close();

  store = new KioskDatabase(folder, undefined);
  hear(signedAt(10, 2), false);
  expect(named()).toBe(countersignatureHash(last));
  expect(read('SELECT sequence FROM countersignatures ORDER BY sequence')).toEqual([1, 2, 5]);
  expect(read('SELECT epoch FROM countersignatures ORDER BY sequence')).toEqual(['', epoch, epoch]);
});
