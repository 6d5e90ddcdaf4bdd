import type { AgreementDraft, CaptureDraft } from '../../shared/contracts/ipc.ts';
import type { PhoneAccepted } from '../../shared/phone/verdict.ts';
import type { FlowContext } from './context.ts';
import { boxName, noticesIn, privacyNoticeIn } from './notices-on-screen.ts';

/** Whether something was agreed or asked for that a code on the phone has to confirm. */
export function wantsCode({ task, ticked }: Pick<FlowContext, 'task' | 'ticked'>): boolean {
  if (task === 'give') return ticked.some((box) => !box.endsWith('/call'));
  return task === 'change';
}

/** What a press of "save" stands for. Null while no number was accepted. */
export function makeDraft(context: FlowContext): CaptureDraft | null {
  const { accepted, previous, language, intentId, configurationHash } = context;
  if (accepted === null) return null;
  const session = { intentId, language, configuration: configurationHash, screens: [...context.screens] };
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
    configuration: from.configurationHash,
    screens: [...from.screens],
  };
}
