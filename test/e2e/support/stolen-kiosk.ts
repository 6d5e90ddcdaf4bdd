import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { toText } from '../../../protocol/bytes.ts';
import { importSealPrivateKey, openSealed } from '../../../protocol/seal.ts';
import { readKioskDatabase } from './kiosk-file.ts';

/** What a thief of the kiosk has: its sealed records, and everything in it that may be a key. */
export interface StolenData {
  records: { header: string; sealed: Uint8Array<ArrayBuffer> }[];
  /** Every value of the documents (identity, configuration, PIN) that is long enough, cut to the length of a key. */
  keys: Uint8Array<ArrayBuffer>[];
  /** Every 32 bytes in a row that any text of the database encodes. */
  windows: Uint8Array<ArrayBuffer>[];
}

const keyBytes = 32;

export function readStolenData(data: string): StolenData {
  return readKioskDatabase(data, (database) => {
    const records = database
      .prepare<[], { header: string; sealed: Buffer }>('SELECT header, sealed FROM records')
      .all();
    return {
      records: records.map(({ header, sealed }) => ({ header, sealed: Uint8Array.from(sealed) })),
      keys: distinct(textsOf(database, ['documents']).flatMap(encodedIn).flatMap(ends)),
      windows: distinct(textsOf(database, tablesOf(database)).flatMap(encodedIn).flatMap(everyWindow)),
    };
  });
}

/** How many of the records a recipient key opens. */
export async function opens(records: StolenData['records'], key: Uint8Array<ArrayBuffer>): Promise<number> {
  const recipientKey = await importSealPrivateKey(toText(key));
  const attempts = records.map(({ header, sealed }) =>
    openSealed(sealed, header, recipientKey).then(
      () => 1,
      () => 0,
    ),
  );
  return (await Promise.all(attempts)).reduce((sum: number, each) => sum + each, 0);
}

/** DER of a PKCS #8 private key for X25519 up to the raw key (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** The X25519 public key (raw, base64url) that belongs to a private one. */
export function publicKeyOf(privateKey: Uint8Array): string {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, privateKey]), type: 'pkcs8', format: 'der' });
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-keyBytes).toString('base64url');
}

function tablesOf(database: Database): string[] {
  return database.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
}

function textsOf(database: Database, tables: string[]): string[] {
  const rows = tables.flatMap((table) => database.prepare<[], unknown[]>(`SELECT * FROM ${table}`).raw().all());
  return rows.flat().filter((value) => typeof value === 'string');
}

/** The byte strings that a text may hold as base64, base64url or hex. */
function encodedIn(text: string): Buffer[] {
  const runs = text.match(/[\w+/-]{22,}/g) ?? [];
  return runs.flatMap((run) => [
    Buffer.from(run, 'base64'),
    ...(/^[0-9a-f]+$/i.test(run) ? [Buffer.from(run, 'hex')] : []),
  ]);
}

const keyAt = (bytes: Buffer, at: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(bytes.subarray(at, at + keyBytes));

function ends(bytes: Buffer): Uint8Array<ArrayBuffer>[] {
  return bytes.length < keyBytes ? [] : [keyAt(bytes, 0), keyAt(bytes, bytes.length - keyBytes)];
}

function everyWindow(bytes: Buffer): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: Math.max(0, bytes.length - keyBytes + 1) }, (_, at) => keyAt(bytes, at));
}

function distinct(keys: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer>[] {
  return [...new Map(keys.map((key) => [toText(key), key])).values()];
}
