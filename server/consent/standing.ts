/**
 * How each agreement of one number stands: a pure function of what is known, whatever order it became known in. State per
 * purpose and channel, expiry and erasure are not here yet.
 */

/** A record's place in the chain of its kiosk. */
export interface Place {
  kioskId: string;
  sequence: number;
}

export interface Withdrawal {
  /** When it arrived; it was made before that. */
  notAfter: Date;
  /** Null for what was done at the server itself. */
  place: Place | null;
}

export interface Grant {
  /** The countersignature that the record names: it was made after that was given. Null when this server never gave it. */
  after: { given: Date; covers: Place } | null;
  needsConfirmation: boolean;
  confirmed: boolean;
}

/** `pending`: agreed, but nobody has shown yet that the number is theirs. */
export type Standing = 'pending' | 'active' | 'withdrawn';

/**
 * The first withdrawal that ends the agreement, or null: one ends every agreement that may have been given before it, whatever the
 * kiosks' clocks said.
 */
export function endingOf<W extends Withdrawal>(grant: Grant, withdrawals: readonly W[]): W | null {
  const ends = withdrawals.filter((withdrawal) => !isProvablyLater(grant, withdrawal));
  return ends.sort((a, b) => a.notAfter.getTime() - b.notAfter.getTime())[0] ?? null;
}

export function standingOf(grant: Grant, withdrawals: readonly Withdrawal[]): Standing {
  if (endingOf(grant, withdrawals) !== null) return 'withdrawn';
  return grant.needsConfirmation && !grant.confirmed ? 'pending' : 'active';
}

function isProvablyLater({ after }: Grant, { notAfter, place }: Withdrawal): boolean {
  if (after === null) return false;
  const difference = after.given.getTime() - notAfter.getTime();
  if (difference !== 0) return difference > 0;
  // In the same millisecond only a countersignature of the withdrawal itself, or of what came after it, proves the order.
  return place !== null && place.kioskId === after.covers.kioskId && place.sequence <= after.covers.sequence;
}
