import type { Configuration } from '../../shared/configuration.ts';
import type { AgreementDraft } from '../../shared/contracts/ipc.ts';
import type { PhoneAccepted } from '../../shared/phone/verdict.ts';
import type { Channel } from '../../shared/record/consent.ts';

/** A screen the customer passed, as the evidence keeps it. */
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

/** Whether any box is about texts: then a landline is refused while it is typed, and not after the choices. */
export function asksForTexts(configuration: Configuration): boolean {
  return configuration.notices.some(({ notice }) => notice.boxes.some(({ channel }) => channel !== 'call'));
}

/** What a press of "save" stands for: the answers to every box on the screen, and the words that stood there. */
export function makeDraft(from: {
  configuration: Configuration;
  language: string;
  accepted: PhoneAccepted;
  ticked: readonly BoxName[];
  screens: readonly ScreenStep[];
  intentId: string;
}): AgreementDraft {
  const notices = noticesIn(from.configuration, from.language);
  return {
    type: 'given',
    age: 'not_asked',
    intentId: from.intentId,
    number: from.accepted.number,
    choices: notices.flatMap(({ notice }) =>
      notice.boxes.map(({ channel }) => ({
        purpose: notice.purpose,
        channel,
        answer: from.ticked.includes(boxName(notice.purpose, channel)) ? ('granted' as const) : ('declined' as const),
      })),
    ),
    notices: notices.map(({ hash }) => hash),
    privacyNotice: privacyNoticeIn(from.configuration, from.language)?.hash ?? '',
    language: from.language,
    screens: [...from.screens],
  };
}
