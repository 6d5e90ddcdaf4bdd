import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { countersign, countersignatureHash } from '../../protocol/countersignature.ts';
import { generateSigningKey, importPrivateKey } from '../../protocol/signing.ts';
import type { Countersignature } from '../../shared/contracts/wire.ts';
import { epoch, kioskId, temporaryFolder } from '../support/enrolled-folder.ts';

const key = importPrivateKey(generateSigningKey().privateKey);
const hash = (letter: string) => letter.repeat(42).concat('A');
const restored = '0192f0c1-0000-7000-8000-000000000002';

function signedAt(minute: number, sequence: number, inEpoch = epoch): Countersignature {
  const serverTime = `2026-11-21T09:${String(minute).padStart(2, '0')}:00.000Z`;
  const statement = { version: 1 as const, kioskId, sequence, serverSequence: minute, serverTime, epoch: inEpoch };
  return countersign({ ...statement, chainHash: hash(String(sequence)), signingKeyId: 'signingKeyIdOf16' }, key);
}

const append = (sequence: number) =>
  store.ledger.append(
    {
      header: JSON.stringify({
        version: 1,
        recordId: '0192f0c1-2b3c-7d4e-8f50-617283940516',
        kioskId,
        storeId: 'leeds-01',
        sequence,
        type: 'given',
        deviceTime: '2026-11-21T09:00:00.000Z',
        monotonicTime: 0,
        lastCountersignature: store.ledger.head().lastCountersignature,
        sealKeyId: 'sealKeyIdOf16ch_',
        previousChainHash: hash('g'),
      }),
      bodyHash: hash('b'),
      sealed: Uint8Array.from([1]),
      signature: 's'.repeat(85).concat('A'),
      chainHash: hash('c'),
    },
    sequence,
  );

let folder: string;
let store: KioskDatabase;
beforeEach(() => {
  folder = temporaryFolder();
  store = new KioskDatabase(folder, undefined);
  store.ledger.begin({ chainHash: hash('g'), lastCountersignature: hash('l') });
});
afterEach(() => store.close());

const hear = (countersignature: Countersignature) =>
  store.ledger.settle({ delivered: [], refused: [], countersignatures: [countersignature] }, null);
const named = () => store.ledger.head().lastCountersignature;

describe('the next record names', () => {
  it('the latest countersignature, also when the server tells once more of an older one', () => {
    const ofWithdrawal = signedAt(20, 5);
    hear(ofWithdrawal);
    hear(signedAt(10, 2));
    expect(named()).toBe(countersignatureHash(ofWithdrawal));
    store.close();
    store = new KioskDatabase(folder, undefined);
    hear(signedAt(11, 3));
    expect(named()).toBe(countersignatureHash(ofWithdrawal));
    const next = signedAt(21, 3);
    hear(next);
    expect(named()).toBe(countersignatureHash(next));
  });

  it('what a restored server signs, wherever its counter stands', () => {
    const before = signedAt(20, 5);
    hear(before);
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
  hear(signedAt(20, 5, restored));
  expect(read("SELECT document ->> 'epoch' FROM countersignatures ORDER BY 1")).toEqual([epoch, restored]);
});

describe('kept 2: what heartbeats give', () => {
  it('is named by the next record, and goes along with it', () => {
    const heard = signedAt(30, 0);
    store.ledger.hear(heard);
    expect(named()).toBe(countersignatureHash(heard));
    append(1);
    expect(store.ledger.namedBy(store.ledger.unsent(10, 1e6))).toEqual([heard]);
  });

  it('is kept when a record names it, and dropped otherwise', () => {
    store.ledger.hear(signedAt(30, 0));
    store.ledger.hear(signedAt(31, 0));
    append(1);
    store.ledger.hear(signedAt(32, 0));
    store.ledger.hear(signedAt(33, 0));
    expect(read("SELECT document ->> 'serverSequence' FROM countersignatures ORDER BY 1")).toEqual([31, 33]);
  });

  it('does not go along once the server has it: what a batch was answered with', () => {
    hear(signedAt(30, 0));
    append(1);
    expect(store.ledger.namedBy(store.ledger.unsent(10, 1e6))).toEqual([]);
  });

  it('that is older than what is known is not taken over', () => {
    const latest = signedAt(40, 3);
    hear(latest);
    store.ledger.hear(signedAt(30, 0));
    expect(named()).toBe(countersignatureHash(latest));
  });
});
