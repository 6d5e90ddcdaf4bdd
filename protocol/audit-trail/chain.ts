import type { KeyObject } from 'node:crypto';
import { toText, utf8 } from '../bytes.ts';
import { canonicalJson } from '../canonical.ts';
import { domains, sha256 } from '../chain.ts';
import { signBytes, verifyBytes } from '../signing.ts';
import type { AuditEntry, TrailHead } from './format.ts';

/** What the first entry names as the one before it. */
export const emptyTrailHash = toText(sha256(utf8(domains.auditEntry)));

/** Of all members of the entry, `previousHash` among them: it depends on every entry before. */
export const auditEntryHash = (entry: AuditEntry): string =>
  toText(sha256(utf8(domains.auditEntry), utf8(canonicalJson(entry))));

type Statement = Omit<TrailHead, 'signature'>;

export const signTrailHead = (statement: Statement, key: KeyObject): TrailHead => ({
  ...statement,
  signature: signBytes('auditHead', utf8(canonicalJson(statement)), key),
});

export function trailHeadHolds({ signature, ...statement }: TrailHead, key: KeyObject): boolean {
  return verifyBytes('auditHead', utf8(canonicalJson(statement)), signature, key);
}
