import type { KeyObject } from 'node:crypto';
import type { Revocation } from '../shared/contracts/wire.ts';
import { utf8 } from './bytes.ts';
import { canonicalJson } from './canonical.ts';
import { signBytes, verifyBytes } from './signing.ts';

/** Signs that head office has switched a kiosk off. It holds for good, so it needs no time of its own and no nonce. */
export function signRevocation(statement: Omit<Revocation, 'signature'>, key: KeyObject): Revocation {
  return { ...statement, signature: signBytes('revocation', utf8(canonicalJson({ ...statement })), key) };
}

/** @param key the server key pinned at enrolment. */
export function revocationHolds({ signature, ...statement }: Revocation, key: KeyObject): boolean {
  return verifyBytes('revocation', utf8(canonicalJson(statement)), signature, key);
}
