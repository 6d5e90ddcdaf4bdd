import type { Configuration } from '../../shared/configuration.ts';
import type { PhoneUse } from '../../shared/phone/verdict.ts';
import type { Channel } from '../../shared/record/consent.ts';
import { isMessage } from '../../shared/record/messages.ts';

/** A screen the customer passed, or a box they ticked, as the evidence keeps it. */
export interface ScreenStep {
  readonly screen: string;
  readonly afterMilliseconds: number;
}

/** Names one box on the choices screen whatever the language: `marketing/sms`. */
export type BoxName = `${string}/${Channel}`;

export function boxName(purpose: string, channel: Channel): BoxName {
  return `${purpose}/${channel}`;
}

/** The notices of one language, in the configuration's order: exactly what the choices screen shows and the draft names. */
export function noticesIn(configuration: Configuration, language: string): Configuration['notices'] {
  return configuration.notices.filter(({ notice }) => notice.language === language);
}

export function privacyNoticeIn(
  configuration: Configuration,
  language: string,
): Configuration['privacyNotices'][number] | undefined {
  return configuration.privacyNotices.find(({ notice }) => notice.language === language);
}

export function wordsIn(configuration: Configuration, language: string): Configuration['words'][number] | undefined {
  return configuration.words.find((words) => words.language === language);
}

/** The four screens on which a number is typed. */
export type NumberScreenName = 'number' | 'stop_number' | 'old_number' | 'new_number';

/**
 * What the number of this screen is wanted for. If it has to receive texts, a landline is refused while it is typed, and not
 * after the choices. Any number that exists may be stopped or given up.
 */
export function wantedFor(screen: NumberScreenName, configuration: Configuration): PhoneUse {
  if (screen === 'stop_number' || screen === 'old_number') return 'stop';
  if (screen === 'new_number') return 'texts';
  return configuration.notices.some(({ notice }) => notice.boxes.some(({ channel }) => isMessage(channel)))
    ? 'texts'
    : 'calls';
}
