import type { KeyObject } from 'node:crypto';
import type { Countersignature } from '../shared/contracts/wire.ts';
import { fromText, toText, utf8 } from './bytes.ts';
import { canonicalJson } from './canonical.ts';
import { domains, sha256 } from './chain.ts';
import { signBytes, verifyBytes } from './signing.ts';

type Statement = Omit<Countersignature, 'signature'>;

/** Signs what the server has committed; the same statement always gives the same signature (Ed25519 is deterministic). */
export function countersign(statement: Statement, key: KeyObject): Countersignature {
  return { ...statement, signature: signBytes('countersignature', utf8(canonicalJson({ ...statement })), key) };
}

/** @param key the server key pinned at enrolment. */
export function countersignatureHolds(countersignature: Countersignature, key: KeyObject): boolean {
  const { signature, ...statement } = countersignature;
  return verifyBytes('countersignature', utf8(canonicalJson(statement)), signature, key);
}

/** The name by which a later record proves that it was made after this countersignature: hash of statement and signature. */
export function countersignatureHash({ signature, ...statement }: Countersignature): string {
  return toText(sha256(utf8(domains.countersignature), utf8(canonicalJson(statement)), fromText(signature)));
}
