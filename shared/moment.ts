/** One moment on two clocks: the monotonic one stands still while the computer sleeps, and the wall clock can be set. */
export interface Moment {
  /** Milliseconds since some beginning. */
  readonly monotonic: number;
  /** Milliseconds since 1970. */
  readonly wall: number;
}

/** Milliseconds that may have passed: whichever clock says more, and a wall clock that was set back says it too. */
export function elapsed(from: Moment, to: Moment): number {
  return Math.max(to.monotonic - from.monotonic, Math.abs(to.wall - from.wall));
}
