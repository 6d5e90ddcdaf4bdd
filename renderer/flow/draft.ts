import type { Configuration } from '../../shared/configuration.ts';
import type { AgreementDraft, CaptureDraft } from '../../shared/contracts/ipc.ts';
import type { PhoneAccepted } from '../../shared/phone/verdict.ts';
import type { Channel } from '../../shared/record/consent.ts';
import type { FlowContext } from './context.ts';

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
 * Whether the number of this screen has to receive texts: then a landline is refused while it is typed, and not after the
 * choices. Any number that exists may be stopped or given up.
 */
export function needsTexts(screen: NumberScreenName, configuration: Configuration): boolean {
  if (screen === 'number') return configuration.notices.some(({ notice }) => notice.boxes.some(isText));
  return screen === 'new_number';
}

const isText = ({ channel }: { channel: Channel }) => channel !== 'call';

/** Whether something was agreed or asked for that a code on the phone has to confirm. */
export function wantsCode({ task, ticked }: Pick<FlowContext, 'task' | 'ticked'>): boolean {
  if (task === 'give') return ticked.some((box) => !box.endsWith('/call'));
  return task === 'change';
}

/** What a press of "save" stands for. Null while no number was accepted. */
export function makeDraft(context: FlowContext): CaptureDraft | null {
  const { accepted, previous, language, intentId } = context;
  if (accepted === null) return null;
  const session = { intentId, language, screens: [...context.screens] };
  switch (context.task) {
    case 'give':
      return makeAgreement({ ...context, accepted });
    case 'stop':
      return { type: 'withdrawn', number: accepted.number, ...session };
    case 'change':
      if (previous === null) return null;
      return {
        type: 'number_changed',
        previousNumber: previous.accepted.number,
        number: accepted.number,
        ...session,
      };
  }
}

/** The answers to every box on the screen, and the words that stood there. */
function makeAgreement(from: FlowContext & { accepted: PhoneAccepted }): AgreementDraft {
  const notices = noticesIn(from.configuration, from.language);
  return {
    // Below the threshold the number is a guardian's; their age was not asked.
    type: from.age === 'below' ? 'guardian_consent' : 'given',
    age: from.age === 'passed' ? 'threshold_passed' : 'not_asked',
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
