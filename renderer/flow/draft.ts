import type { CaptureDraft } from '../../shared/contracts/ipc.ts';
import type { Presentation } from '../../shared/record/presentation.ts';
import type { FlowContext } from './context.ts';
import { boxName, noticesIn, privacyNoticeIn } from './notices-on-screen.ts';

/** Whether something was agreed or asked for that a code on the phone has to confirm. */
function wantsCode({ task, ticked }: Pick<FlowContext, 'task' | 'ticked'>): boolean {
  if (task === 'give') return ticked.some((box) => !box.endsWith('/call'));
  return task === 'change';
}

/**
 * What the last screen can say of a confirmation. Whoever agreed to texts has one coming; calls need none, unless the number was stopped
 * before and the kiosk, being offline, cannot have heard of it: then head office asks by text.
 */
export function confirmationOf(
  context: Pick<FlowContext, 'task' | 'ticked'>,
  online: boolean,
): FlowContext['confirmation'] {
  if (wantsCode(context)) return 'pending';
  return context.task === 'give' && !online ? 'may_be_asked' : 'not_needed';
}

/** What a press of "save" stands for. Null while no number was accepted. */
export function makeDraft(context: FlowContext, presentation: Presentation): CaptureDraft | null {
  const { accepted, previous, language, intentId, configurationHash: configuration } = context;
  if (accepted === null) return null;
  const session = { intentId, language, configuration, screens: [...context.screens], presentation };
  switch (context.task) {
    case 'give':
      return { ...makeAgreement(context), number: accepted.number, ...session };
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
function makeAgreement(from: FlowContext) {
  const notices = noticesIn(from.configuration, from.language);
  const shown = (hash: string) => ({ hash, inSightAfterMilliseconds: from.inSight[hash] ?? null });
  return {
    // Below the threshold the number is a guardian's; their age was not asked.
    type: from.age === 'below' ? ('guardian_consent' as const) : ('given' as const),
    age: from.age === 'passed' ? ('threshold_passed' as const) : ('not_asked' as const),
    choices: notices.flatMap(({ notice }) =>
      notice.boxes.map(({ channel }) => {
        const box = boxName(notice.purpose, channel);
        return {
          purpose: notice.purpose,
          channel,
          answer: from.ticked.includes(box) ? ('granted' as const) : ('declined' as const),
          inputModality: from.answeredBy[box] ?? ('none' as const),
        };
      }),
    ),
    notices: notices.map(({ hash }) => shown(hash)),
    privacyNotice: shown(privacyNoticeIn(from.configuration, from.language)?.hash ?? ''),
  };
}
