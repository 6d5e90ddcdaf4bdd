import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { KioskDatabase } from '../../electron/store/kiosk-database.ts';
import { kioskId } from '../support/enrolled-folder.ts';

export const [early, late] = ['2026-11-01T08:00:00.000Z', '2026-11-21T08:00:00.000Z'];
export const hash = (letter: string) => letter.repeat(42).concat('A');
export const signature = 's'.repeat(85).concat('A');

export const header = (sequence: number, type = 'given') =>
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

export const recordAt = (sequence: number, type = 'given') => ({
  header: header(sequence, type),
  bodyHash: hash('b'),
  sealed: Uint8Array.from([sequence]),
  signature,
  chainHash: hash('c'),
});

export const settled = (sequences: number[], serverTime: string) => ({
  delivered: sequences.map((sequence) => ({ sequence, serverTime })),
  refused: [],
  countersignatures: [],
});

/** Opens the kiosk's file with a chain of so many records, none of which has been sent. */
export function ledgerOf(folder: string, records: number): KioskDatabase {
  const store = new KioskDatabase(folder, undefined);
  store.ledger.begin({ chainHash: hash('g'), lastCountersignature: hash('l') });
  for (let sequence = 1; sequence <= records; sequence++) store.ledger.append(recordAt(sequence), sequence);
  return store;
}

export const damages = {
  header_unreadable: `header = '{'`,
  body_hash_unreadable: `body_hash = 'no hash'`,
  sealed_unreadable: 'sealed = NULL',
  signature_unreadable: `signature = replace(signature, 'A', '!')`,
};

/** As a bad disk does it: behind the back of whoever has the file open. */
export function changeFile(folder: string, statement: string): void {
  const database = new SqliteDatabase(join(folder, 'kiosk.db'));
  database.exec(statement);
  database.close();
}
