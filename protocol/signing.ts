import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { fromText, toText, utf8 } from './bytes.ts';
import { domains, sha256 } from './chain.ts';

/** An Ed25519 key pair (RFC 8032). `publicKey` is the raw 32 bytes as base64url, `privateKey` PKCS #8 DER as base64url. */
export interface StoredKeyPair {
  publicKey: string;
  privateKey: string;
}

/** DER of a SubjectPublicKeyInfo for Ed25519 up to the raw key (RFC 8410). */
const ed25519SpkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

export function generateSigningKey(): StoredKeyPair {
  const pair = generateKeyPairSync('ed25519');
  const spki = pair.publicKey.export({ type: 'spki', format: 'der' });
  return {
    publicKey: toText(spki.subarray(ed25519SpkiPrefix.length)),
    privateKey: toText(pair.privateKey.export({ type: 'pkcs8', format: 'der' })),
  };
}

export const importPrivateKey = (privateKey: string): KeyObject =>
  createPrivateKey({ key: Buffer.from(fromText(privateKey)), type: 'pkcs8', format: 'der' });

export const importPublicKey = (publicKey: string): KeyObject =>
  createPublicKey({ key: Buffer.concat([ed25519SpkiPrefix, fromText(publicKey)]), type: 'spki', format: 'der' });

/** A key's public name: 16 characters, enough to tell keys apart; never used as proof of anything. */
export const keyId = (publicKey: string): string => toText(sha256(fromText(publicKey))).slice(0, 16);

const prefixes = {
  record: utf8(domains.record),
  countersignature: utf8(domains.countersignature),
  configuration: utf8(domains.configuration),
  audit: utf8(domains.audit),
  auditHead: utf8(domains.auditHead),
};
type Domain = keyof typeof prefixes;

/** Ed25519 over the domain line and the message; 64 bytes as base64url. */
export function signBytes(domain: Domain, message: Uint8Array, key: KeyObject): string {
  return toText(sign(null, Buffer.concat([prefixes[domain], message]), key));
}

export function verifyBytes(domain: Domain, message: Uint8Array, signature: string, key: KeyObject): boolean {
  return verify(null, Buffer.concat([prefixes[domain], message]), key, fromText(signature));
}

/** Ed25519 in Node's thread pool: a server that takes one record a request is busy in its one thread, and has other cores. */
export const signInPool = (message: Uint8Array, key: KeyObject): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    sign(null, message, key, (error, signature) => (error === null ? resolve(signature) : reject(error)));
  });

export const verifyInPool = (message: Uint8Array, signature: Uint8Array, key: KeyObject): Promise<boolean> =>
  new Promise((resolve, reject) => {
    verify(null, message, key, signature, (error, holds) => (error === null ? resolve(holds) : reject(error)));
  });
