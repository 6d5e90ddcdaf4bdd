import type { KnownPlace as Place } from '../../platform/journal/entry.ts';
import { isKnown } from '../subjects/known-places.ts';

/**
 * How each agreement of one number stands: a pure function of what is known, whatever order it became known in. State per
 * purpose and channel, expiry and erasure are not here yet.
 *
 * Before and after come from the server's own counter (docs/record-format.md section 7) and from links within one chain. No clock
 * has a say.
 */

export interface Withdrawal {
  /** The number that was drawn when it was accepted: it was said before that. */
  accepted: number;
  /** Null for what was done at the server itself. */
  place: Place | null;
  /**
   * Where it was played back from the journal after a restore: what is known to have been here before it, on each kiosk. Those records
   * come again, and are accepted under numbers that are higher than its own.
   */
  known?: readonly Place[];
}

export interface Grant {
  place: Place;
  /** The number that was drawn when it was accepted: it was given before that. */
  accepted: number;
  /** The number in the countersignature that the record names: it was given after that was drawn. Null when this server never gave it. */
  after: number | null;
  /** The sequence numbers of its kiosk, up to its own, of which only one record is known and none is missing: its chain goes through them. */
  linked: { first: number; last: number };
  needsConfirmation: boolean;
  /** The number that was drawn when it was confirmed, or null. */
  confirmed: number | null;
  /** Drawn when the database was restored without a journal: whatever may be older counts only if it was confirmed after this. */
  anewAfter?: number | null;
}

/** `pending`: agreed, but nobody has shown yet that the number is theirs, or that they agreed after a withdrawal. */
export type ConsentStatus = 'pending' | 'active' | 'withdrawn';

/** Whether an agreement came before a withdrawal, or after it; `open`: it came in after it, and nothing proves that it was given after it. */
type Order = 'before' | 'after' | 'open';

function orderOf(grant: Grant, withdrawal: Withdrawal): Order {
  const { first, last } = grant.linked;
  const isForked = last < grant.place.sequence;
  if (withdrawal.place?.kioskId === grant.place.kioskId) {
    const { sequence } = withdrawal.place;
    if (sequence < grant.place.sequence && sequence >= first && sequence <= last) return 'after';
    if (sequence > grant.place.sequence && !isForked) return 'before';
  }
  if (grant.after !== null && grant.after >= withdrawal.accepted) return 'after';
  if (!isForked && isKnown(withdrawal.known ?? [], grant.place)) return 'before';
  return grant.accepted > withdrawal.accepted ? 'open' : 'before';
}

/** The first withdrawal that ends the agreement, or null. What was here when it came in ends with it, unless it is provably later. */
export function endingOf<W extends Withdrawal>(grant: Grant, withdrawals: readonly W[]): W | null {
  const ends = withdrawals.filter((withdrawal) => orderOf(grant, withdrawal) === 'before');
  return ends.sort((a, b) => a.accepted - b.accepted)[0] ?? null;
}

/**
 * An agreement that came in after a withdrawal, from a kiosk that had not heard of it, may have been given before it or after it:
 * the owner of the number is asked, and nothing is sent until they have confirmed.
 */
export function mustBeConfirmed(grant: Grant, withdrawals: readonly Withdrawal[]): boolean {
  return (
    grant.needsConfirmation ||
    isAskedAnew(grant) ||
    withdrawals.some((withdrawal) => orderOf(grant, withdrawal) === 'open')
  );
}

/** Nobody knows whether it was stopped in the time that a restore has lost. */
export const isAskedAnew = ({ after, anewAfter = null }: Pick<Grant, 'after' | 'anewAfter'>): boolean =>
  anewAfter !== null && (after === null || after < anewAfter);

/** A confirmation of before the restore does not count where it is asked for anew. */
export const isConfirmed = (grant: Grant): boolean =>
  grant.confirmed !== null && !(isAskedAnew(grant) && grant.confirmed < (grant.anewAfter ?? 0));

export function consentStatusOf(grant: Grant, withdrawals: readonly Withdrawal[]): ConsentStatus {
  if (endingOf(grant, withdrawals) !== null) return 'withdrawn';
  return mustBeConfirmed(grant, withdrawals) && !isConfirmed(grant) ? 'pending' : 'active';
}
