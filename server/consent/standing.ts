/**
 * How each agreement of one number stands: a pure function of what is known, whatever order it became known in. State per
 * purpose and channel, expiry and erasure are not here yet.
 */

/** When something was done, as far as it can be proven: not before, not after. Null: nothing is known of how early. */
export interface Window {
  notBefore: Date | null;
  notAfter: Date;
}

export interface Grant extends Window {
  needsConfirmation: boolean;
  confirmed: boolean;
}

/** `pending`: agreed, but nobody has shown yet that the number is theirs. */
export type Standing = 'pending' | 'active' | 'withdrawn';

/**
 * A withdrawal ends every agreement that may have been given before it. Only an agreement that was provably given after the
 * last moment at which the withdrawal can have happened stands beside it.
 */
export function standingOf(grant: Grant, withdrawals: Window[]): Standing {
  const { notBefore } = grant;
  const survives = ({ notAfter }: Window) => notBefore !== null && notBefore.getTime() >= notAfter.getTime();
  if (!withdrawals.every(survives)) return 'withdrawn';
  return grant.needsConfirmation && !grant.confirmed ? 'pending' : 'active';
}
