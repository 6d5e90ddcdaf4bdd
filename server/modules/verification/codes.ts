import { randomInt, timingSafeEqual } from 'node:crypto';
import { keyedHash } from '../../platform/keys/cipher.ts';
import type { MasterKey } from '../../platform/keys/master-keys.ts';

export const codeLifetimeMilliseconds = 10 * 60_000;
export const triesPerCode = 3;
export const resendAfterSeconds = 30;

export const randomCode = (): string => String(randomInt(1_000_000)).padStart(6, '0');

/** Keyed, because a stolen database must not allow trying a million codes; bound to one verification. */
export const hashCode = (key: MasterKey, verificationId: string, code: string): string =>
  keyedHash(key.verificationCodes, `${verificationId}\n${code}`);

/** Takes the same time for every guess. */
export const sameHash = (one: string, other: string): boolean => timingSafeEqual(Buffer.from(one), Buffer.from(other));
