import type { IntlShape } from 'react-intl';
import type { SyncStatus } from '../../shared/contracts/ipc.ts';
import type { MessageId, Say } from '../words/words.tsx';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function largestUnit(milliseconds: number): { value: number; unit: 'minute' | 'hour' | 'day' } {
  if (milliseconds >= 2 * day) return { value: Math.floor(milliseconds / day), unit: 'day' };
  if (milliseconds >= hour) return { value: Math.floor(milliseconds / hour), unit: 'hour' };
  return { value: Math.floor(milliseconds / minute), unit: 'minute' };
}

/** "just now", "2 min. ago". A clock that was set back must not say "in 3 hours". */
export function agoText(instant: string, now: number, say: Say, intl: IntlShape): string {
  const { value, unit } = largestUnit(Math.max(0, now - Date.parse(instant)));
  if (value === 0) return say('manager.justNow');
  return intl.formatRelativeTime(-value, unit, { style: 'short', numeric: 'auto' });
}

/** "2 hours", for how long something waits already. */
function ageText(instant: string, now: number, intl: IntlShape): string {
  const { value, unit } = largestUnit(Math.max(0, now - Date.parse(instant)));
  return intl.formatNumber(Math.max(1, value), { style: 'unit', unit, unitDisplay: 'long' });
}

/** The strip at the top, bad news first. */
export function statusSentences(sync: SyncStatus, now: number, say: Say, intl: IntlShape): string[] {
  const sentences: string[] = [];
  if (isTrouble(sync)) sentences.push(resultText(sync, say));
  else if (!sync.online) sentences.push(say('manager.status.offline'));
  if (sync.refused > 0) sentences.push(say('manager.status.refused', { count: sync.refused }));
  if (sync.damaged > 0) sentences.push(say('manager.status.damaged', { count: sync.damaged }));
  if (sync.unsent > 0) {
    const age = ageText(sync.oldestUnsentAt ?? new Date(now).toISOString(), now, intl);
    sentences.push(say('manager.status.waiting', { count: sync.unsent, age }));
  } else if (sync.delivered > 0) {
    sentences.push(say('manager.status.all', { count: sync.delivered }));
  } else {
    sentences.push(say('manager.status.none'));
  }
  if (sync.lastSuccessAt !== null) {
    sentences.push(say('manager.status.lastSync', { when: agoText(sync.lastSuccessAt, now, say, intl) }));
  } else if (sync.unsent > 0) {
    sentences.push(say('manager.status.neverSynced'));
  }
  return sentences;
}

const results: Readonly<Record<string, MessageId>> = {
  never: 'manager.result.none',
  ok: 'manager.result.ok',
  unreachable: 'manager.result.unreachable',
  untrusted_answer: 'manager.result.untrusted',
  kiosk_revoked: 'manager.result.revoked',
  request_stale: 'manager.result.clock',
  too_many_requests: 'manager.result.busy',
  not_ready: 'manager.result.busy',
};

/** Whether the manager may have to do something: neither all is well nor is it merely the network. */
const isTrouble = ({ resultCode }: SyncStatus): boolean => !['never', 'ok', 'unreachable'].includes(resultCode);

export const needsAttention = (sync: SyncStatus): boolean =>
  sync.unsent + sync.refused + sync.damaged > 0 || !sync.online || isTrouble(sync);

/** How the last attempt ended. A code that has no words of its own is named, for whoever is asked for help. */
export function resultText(sync: SyncStatus, say: Say): string {
  return say(results[sync.resultCode] ?? 'manager.result.other', { code: sync.resultCode });
}
