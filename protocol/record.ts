import type { KeyObject } from 'node:crypto';
import { forgiveTyping, type WireRecord } from '../shared/contracts/wire.ts';
import type { RecordBody } from '../shared/record/body.ts';
import type { RecordHeader } from '../shared/record/header.ts';
import { fromText } from './bytes.ts';
import { canonicalJson } from './canonical.ts';
import { bodyHash, chainHash, sha256 } from './chain.ts';
import { type PreparedSeal, padBody } from './seal.ts';
import { signBytes, verifyBytes } from './signing.ts';

/** A finished record: what the kiosk stores and later sends, with its place in the chain. */
export interface SealedRecord {
  header: string;
  bodyHash: string;
  sealed: Uint8Array<ArrayBuffer>;
  signature: string;
  chainHash: string;
}

/** Seals, chains and signs, in that order; after it, no key on this machine opens the body. */
export async function makeRecord(
  header: RecordHeader,
  body: RecordBody,
  prepared: PreparedSeal,
  deviceKey: KeyObject,
): Promise<SealedRecord> {
  const headerText = canonicalJson(header);
  const sealed = await prepared.seal(padBody(canonicalJson(body)), headerText);
  const hashOfBody = bodyHash(sealed);
  const hash = chainHash(headerText, hashOfBody);
  return {
    header: headerText,
    bodyHash: hashOfBody,
    sealed,
    signature: signBytes('record', fromText(hash), deviceKey),
    chainHash: hash,
  };
}

/** Whether the device signed exactly this header and body hash. */
export function recordSignatureHolds(
  record: Pick<WireRecord, 'header' | 'bodyHash' | 'signature'>,
  key: KeyObject,
): boolean {
  return verifyBytes('record', fromText(chainHash(record.header, record.bodyHash)), record.signature, key);
}

export const toWire = (record: Omit<SealedRecord, 'chainHash'>): WireRecord => ({
  header: record.header,
  bodyHash: record.bodyHash,
  sealed: record.sealed,
  signature: record.signature,
});

/** Crockford's base32: no letter that can be taken for a digit or another letter. */
export const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const receiptBytes = 5;

/**
 * The code a customer takes away, `7K3M-Q0XV`: the first 40 bits of SHA-256 over the record id as Crockford base32. It names
 * the record, not the number, and opens nothing.
 */
export function receiptCode(recordId: string): string {
  const bits = Buffer.from(sha256(Buffer.from(recordId, 'ascii'))).readUIntBE(0, receiptBytes);
  const characters = Array.from({ length: 8 }, (_, i) => crockford[Math.floor(bits / 32 ** (7 - i)) % 32]).join('');
  return `${characters.slice(0, 4)}-${characters.slice(4)}`;
}

/** The first 40 bits that a receipt code stands for, or null if it is none. Typing is forgiven as in an enrolment code. */
export function readReceiptCode(typed: string): Buffer | null {
  const code = forgiveTyping(typed);
  if (!/^[0-9A-HJKMNP-TV-Z]{8}$/.test(code)) return null;
  const bits = Buffer.alloc(receiptBytes);
  bits.writeUIntBE(
    [...code].reduce((sum, character) => sum * 32 + crockford.indexOf(character), 0),
    0,
    receiptBytes,
  );
  return bits;
}
