import type { SnapshotFrom } from 'xstate';
import { elapsed, type Moment } from '../../shared/moment.ts';
import type { CustomerFlow } from './customer-flow.ts';
import { goodbyeSeconds } from './setup.ts';

/**
 * Whether the timer that should have ended this state is late: then nothing of the customer may be seen or touched any more.
 * @param gap milliseconds in which the page did not run at all, so that nobody could be warned.
 */
export function isOverdue(snapshot: SnapshotFrom<CustomerFlow>, now: Moment, gap: number): boolean {
  const { idleWarningSeconds, idleCountdownSeconds, savedSeconds } = snapshot.context.configuration.timeouts;
  if (snapshot.matches({ attract: 'resting' })) return false;
  if (gap >= idleWarningSeconds * 1000) return true;
  const waits = (seconds: number) => elapsed(snapshot.context.waitingSince, now) >= seconds * 1000;
  if (snapshot.matches({ asking: { attention: 'warned' } })) return waits(idleCountdownSeconds);
  if (snapshot.matches('asking')) return waits(idleWarningSeconds + idleCountdownSeconds);
  if (snapshot.matches('attract')) return waits(idleWarningSeconds);
  if (snapshot.matches('goodbye') || snapshot.matches('too_young')) return waits(goodbyeSeconds(snapshot.context));
  return waits(savedSeconds);
}
