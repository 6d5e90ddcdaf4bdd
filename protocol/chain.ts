import { createHash, hash } from 'node:crypto';
import { fromText, toText, utf8 } from './bytes.ts';

/**
 * Every hash and signature starts with its own line, so that bytes made for one use can never pass for another.
 */
export const domains = {
  genesis: 'countersign/genesis/1\n',
  chain: 'countersign/chain/1\n',
  record: 'countersign/record/1\n',
  countersignature: 'countersign/countersignature/1\n',
  configuration: 'countersign/configuration/1\n',
  notice: 'countersign/notice/1\n',
  audit: 'countersign/audit/1\n',
  auditEntry: 'countersign/audit-entry/1\n',
  auditHead: 'countersign/audit-head/1\n',
  seal: 'countersign/seal/1',
} as const;

export function sha256(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** What record 1 names as its predecessor: binds the chain to one kiosk and one device key. */
export function genesisHash(kioskId: string, devicePublicKey: string): string {
  return toText(sha256(utf8(domains.genesis), utf8(kioskId), fromText(devicePublicKey)));
}

export const bodyHash = (sealed: Uint8Array): string => hash('sha256', sealed, 'base64url');

/**
 * Chain hash of a record: over the hash of its header and the hash of its sealed body, so that the chain can still be
 * checked after the body is erased.
 * @param header the canonical JSON of the header; @param hashOfBody base64url, from `bodyHash`.
 * @throws RangeError if `hashOfBody` is not 32 bytes.
 */
export function chainHash(header: string, hashOfBody: string): string {
  const body = fromText(hashOfBody);
  if (body.length !== 32) throw new RangeError('a body hash has 32 bytes');
  return hash('sha256', Buffer.concat([utf8(domains.chain), hash('sha256', header, 'buffer'), body]), 'base64url');
}

/** A notice's permanent name: the hash of its canonical JSON. */
export const noticeHash = (canonicalNotice: string): string =>
  toText(sha256(utf8(domains.notice), utf8(canonicalNotice)));

/** The hash by which a record body names the configuration in force, and the ETag the server gives it. */
export const configurationHash = (document: string): string =>
  toText(sha256(utf8(domains.configuration), utf8(document)));
