import { assign, type EventObject, fromCallback, fromPromise, setup } from 'xstate';
import type {
  CaptureReceipt,
  CodeChecked,
  CodeSent,
  IpcResult,
  ShownConfiguration,
  UnlockAnswer,
} from '../../shared/contracts/ipc.ts';
import type { PhoneVerdict } from '../../shared/phone/verdict.ts';
import { type FlowContext, type FlowEvent, fresh, type Task, withoutCustomer, withStep } from './context.ts';
import { confirmationOf, makeDraft } from './draft.ts';
import type { FlowServices, SubmittedNumber } from './services.ts';

/** The goodbye screens have one sentence on them. */
const goodbyeSecondsAtMost = 8;

export function goodbyeSeconds({ configuration }: Pick<FlowContext, 'configuration'>): number {
  return Math.min(configuration.timeouts.savedSeconds, goodbyeSecondsAtMost);
}

/** What the states of the flow are made of: its calls to the outside, and what happens or is asked in more than one place. */
export function flowSetup(services: FlowServices) {
  const step = (context: FlowContext, screen: string) => withStep(context, screen, services.now());
  return setup({
    types: {
      context: {} as FlowContext,
      events: {} as FlowEvent,
      children: {} as { check: 'checkCode' },
      input: {} as ShownConfiguration,
    },
    actors: {
      judge: fromPromise<PhoneVerdict, SubmittedNumber>(({ input }) => services.judge(input)),
      save: fromPromise<IpcResult<CaptureReceipt>, FlowContext>(async ({ input }) => {
        const draft = makeDraft(input, services.presentation());
        if (draft === null) throw new Error('no accepted number');
        return services.save(draft);
      }),
      sendCode: fromPromise<IpcResult<CodeSent>>(() => services.sendCode()),
      /** Reports by an event, because it outlives its state: who leaves for the last screen need not wait for it. */
      checkCode: fromCallback<EventObject, string>(({ input, sendBack }) => {
        const report = (result: IpcResult<CodeChecked> | null) => sendBack({ type: 'CHECKED', result });
        void services.checkCode(input).then(report, () => report(null));
      }),
      attest: fromPromise<IpcResult<UnlockAnswer>, string>(({ input }) => services.attest(input)),
    },
    actions: {
      begin: assign(({ context }, { task }: { task: Task }) => {
        const begun = { ...context, task, firstTouchAt: services.now() };
        return { task, firstTouchAt: begun.firstTouchAt, screens: step(begun, 'attract') };
      }),
      record: assign({ screens: ({ context }, { screen }: { screen: string }) => step(context, screen) }),
      tellFailure: (_, { error }: { error: unknown }) => services.failed(error),
      /** A wait begins, or begins again. */
      wait: assign({ waitingSince: () => services.moment() }),
      newIntent: assign({ intentId: () => services.newId() }),
      wipe: assign(({ context }) => fresh(context.nextConfiguration ?? context)),
      /** The number is sealed, or was refused: from here on the screens know only what the last screen needs. */
      forgetNumber: assign(({ context }) => withoutCustomer(context)),
      endSession: () => services.endSession(),
      keepReceipt: assign(({ context }, { result }: { result: IpcResult<CaptureReceipt> }) => {
        if (!result.ok) return {};
        const { online, ...receipt } = result.value;
        return { ...receipt, confirmation: confirmationOf(context, online) };
      }),
      keepConfirmation: assign({ confirmation: 'confirmed' }),
      takeConfiguration: assign(({ context }) => {
        const { configuration, configurationHash } = context.nextConfiguration ?? context;
        return { configuration, configurationHash, nextConfiguration: null, ticked: [], answeredBy: {} };
      }),
    },
    guards: {
      paused: ({ context }) => context.configuration.paused,
      pausedMeanwhile: ({ context }) =>
        context.failure === 'notice_outdated' && context.nextConfiguration?.configuration.paused === true,
      ageUnasked: ({ context }) => context.configuration.age !== null && context.age === 'not_asked',
      /** Whoever was below the old threshold stays with the guardian. */
      ageLawChanged: ({ context: { failure, age, configuration, nextConfiguration: next } }) =>
        failure === 'notice_outdated' &&
        age !== 'below' &&
        typeof next?.configuration.age?.threshold === 'number' &&
        next.configuration.age.threshold !== configuration.age?.threshold,
      oldEnough: ({ context }, { from }: { from: number }) => from >= (context.configuration.age?.threshold ?? 0),
      guardianMayAgree: ({ context }) => context.configuration.age?.guardian === true,
      nothingTicked: ({ context }) => context.ticked.length === 0,
      failedWith: ({ context }, { code }: { code: string }) => context.failure === code,
      task: ({ context }, { task }: { task: Task }) => context.task === task,
      confirmed: ({ event }) => event.type === 'CHECKED' && event.result?.ok === true && event.result.value.confirmed,
      confirmationPending: ({ context }) => context.confirmation === 'pending',
      wordsExist: ({ context }, { language }: { language: string }) =>
        context.configuration.languages.includes(language),
    },
    delays: {
      idleWarning: ({ context }) => context.configuration.timeouts.idleWarningSeconds * 1000,
      idleCountdown: ({ context }) => context.configuration.timeouts.idleCountdownSeconds * 1000,
      lastScreen: ({ context }) => context.configuration.timeouts.savedSeconds * 1000,
      goodbye: ({ context }) => goodbyeSeconds(context) * 1000,
      longestSession: ({ context }) => context.configuration.timeouts.longestSessionSeconds * 1000,
    },
  });
}
export type FlowSetup = ReturnType<typeof flowSetup>;

/** Notes in the evidence that a screen was shown or something on it was done. */
export function record(screen: string) {
  return { type: 'record' as const, params: { screen } };
}
