import { assign, fromPromise, setup } from 'xstate';
import type { Configuration } from '../../shared/configuration.ts';
import type { CaptureDraft, CaptureReceipt, IpcResult } from '../../shared/contracts/ipc.ts';
import { type PhoneVerdict, refuse } from '../../shared/phone/verdict.ts';
import { type FlowContext, type FlowEvent, fresh, problemOf, withStep } from './context.ts';
import { asksForTexts, makeDraft } from './draft.ts';
import { afterKey, afterPaste } from './typing.ts';

/** What the flow needs from outside. */
export interface FlowServices {
  readonly judge: (typed: string, region: string, textsNeeded: boolean) => Promise<PhoneVerdict>;
  readonly save: (draft: CaptureDraft) => Promise<IpcResult<CaptureReceipt>>;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** The goodbye screen has one sentence on it. */
const goodbyeSecondsAtMost = 8;

/**
 * The customer's whole way, screen by screen:
 *
 *   attract -> number -> choices -> saving -> saved -> attract
 *                 \________\__________\-> goodbye (nothing stored) -> attract
 *
 * Beside every screen that holds something of the customer runs `attention`: no touch for a while -> warning -> wiped.
 * Everything known of the customer is in the context; arriving at `attract`, by whatever way, replaces all of it.
 */
export function customerFlow(services: FlowServices) {
  const record = (screen: string) => ({ type: 'record' as const, params: { screen } });
  return setup({
    types: {
      context: {} as FlowContext,
      events: {} as FlowEvent,
      input: {} as { configuration: Configuration },
    },
    actors: {
      judge: fromPromise<PhoneVerdict, { typed: string; region: string; textsNeeded: boolean }>(({ input }) =>
        services.judge(input.typed, input.region, input.textsNeeded),
      ),
      save: fromPromise<IpcResult<CaptureReceipt>, FlowContext>(async ({ input: { accepted, ...context } }) => {
        if (accepted === null) throw new Error('no accepted number');
        return services.save(makeDraft({ ...context, accepted }));
      }),
    },
    actions: {
      record: assign({
        screens: ({ context }, { screen }: { screen: string }) => withStep(context, screen, services.now()),
      }),
      wipe: assign(({ context }) => fresh(context.nextConfiguration ?? context.configuration)),
      /** The number is sealed: from here on the screens know only the receipt code. */
      forgetNumber: assign(({ context }) => ({
        ...fresh(context.configuration),
        nextConfiguration: context.nextConfiguration,
        language: context.language,
        contrast: context.contrast,
        receiptCode: context.receiptCode,
      })),
      takeConfiguration: assign(({ context }) =>
        context.nextConfiguration === null
          ? { ticked: [] }
          : { configuration: context.nextConfiguration, nextConfiguration: null, ticked: [] },
      ),
    },
    guards: {
      nothingTicked: ({ context }) => context.ticked.length === 0,
      noticeOutdated: ({ context }) => context.failure === 'notice_outdated',
      wordsExist: ({ context }, { language }: { language: string }) =>
        context.configuration.languages.includes(language),
    },
    delays: {
      idleWarning: ({ context }) => context.configuration.timeouts.idleWarningSeconds * 1000,
      idleCountdown: ({ context }) => context.configuration.timeouts.idleCountdownSeconds * 1000,
      lastScreen: ({ context }) => context.configuration.timeouts.savedSeconds * 1000,
      goodbye: ({ context }) => Math.min(context.configuration.timeouts.savedSeconds, goodbyeSecondsAtMost) * 1000,
    },
  }).createMachine({
    id: 'customer',
    context: ({ input }) => fresh(input.configuration),
    initial: 'attract',
    on: {
      LANGUAGE: {
        guard: { type: 'wordsExist', params: ({ event }) => ({ language: event.language }) },
        actions: assign({ language: ({ event }) => event.language }),
      },
      CONTRAST: { actions: assign({ contrast: ({ context }) => (context.contrast === 'high' ? 'standard' : 'high') }) },
      CONFIGURE: { actions: assign({ nextConfiguration: ({ event }) => event.configuration }) },
    },
    states: {
      attract: {
        entry: 'wipe',
        initial: 'resting',
        on: {
          START: {
            target: 'asking',
            actions: [assign({ firstTouchAt: () => services.now() }), record('attract')],
          },
          CONFIGURE: {
            target: 'attract',
            reenter: true,
            actions: assign({ nextConfiguration: ({ event }) => event.configuration }),
          },
        },
        states: {
          resting: { on: { ACTIVITY: 'touched' } },
          /** Somebody chose a language or a contrast; if they walk away, the next one finds the shop's own. */
          touched: {
            on: { ACTIVITY: { target: 'touched', reenter: true } },
            after: { idleWarning: '#customer.attract' },
          },
        },
      },
      asking: {
        type: 'parallel',
        on: { WITHOUT_NUMBER: 'goodbye', LEAVE: 'attract' },
        states: {
          attention: {
            initial: 'present',
            states: {
              present: {
                on: { ACTIVITY: { target: 'present', reenter: true } },
                after: { idleWarning: 'warned' },
              },
              warned: {
                on: { STAY: 'present' },
                after: { idleCountdown: '#customer.attract' },
              },
            },
          },
          step: {
            initial: 'number',
            states: {
              number: {
                entry: record('number'),
                initial: 'typing',
                states: {
                  typing: {
                    on: {
                      KEY: {
                        actions: assign(({ context, event }) => ({
                          typed: afterKey(context.typed, event.key),
                          refusal: null,
                        })),
                      },
                      DELETE: {
                        actions: assign(({ context }) => ({ typed: context.typed.slice(0, -1), refusal: null })),
                      },
                      PASTE: {
                        actions: assign(({ context, event }) => pasted(context, event.text)),
                      },
                      REGION: { actions: assign(({ event }) => ({ region: event.region, refusal: null })) },
                      CONTINUE: 'judging',
                    },
                  },
                  judging: {
                    invoke: {
                      src: 'judge',
                      input: ({ context }) => ({
                        typed: context.typed,
                        region: context.region,
                        textsNeeded: asksForTexts(context.configuration),
                      }),
                      onDone: [
                        {
                          guard: ({ event }) => event.output.kind === 'ok',
                          target: '#customer.asking.step.choices',
                          actions: assign(({ event }) =>
                            event.output.kind === 'ok' ? { accepted: event.output, refusal: null } : {},
                          ),
                        },
                        { target: 'typing', actions: assign({ refusal: ({ event }) => problemOf(event.output) }) },
                      ],
                      onError: 'typing',
                    },
                  },
                },
              },
              choices: {
                entry: [record('choices'), assign({ nudged: false })],
                initial: 'reading',
                on: { BACK: 'number' },
                states: {
                  reading: {
                    on: {
                      TICK: {
                        actions: assign(({ context, event }) => ({
                          nudged: false,
                          ticked: context.ticked.includes(event.box)
                            ? context.ticked.filter((box) => box !== event.box)
                            : [...context.ticked, event.box],
                        })),
                      },
                      OPEN_PRIVACY: 'privacy',
                      SAVE: [
                        { guard: 'nothingTicked', actions: assign({ nudged: true }) },
                        {
                          target: '#customer.asking.step.saving',
                          actions: assign({ intentId: () => services.newId() }),
                        },
                      ],
                    },
                  },
                  privacy: { entry: record('privacy_notice'), on: { CLOSE_PRIVACY: 'reading' } },
                },
              },
              saving: {
                /** No way out while the disk writes: whoever leaves now could not be told whether it was saved. */
                on: { WITHOUT_NUMBER: {}, LEAVE: {} },
                invoke: {
                  src: 'save',
                  input: ({ context }) => context,
                  onDone: [
                    {
                      guard: ({ event }) => event.output.ok,
                      target: '#customer.saved',
                      actions: assign({
                        receiptCode: ({ event }) => (event.output.ok ? event.output.value.receiptCode : ''),
                      }),
                    },
                    {
                      target: 'problem',
                      actions: assign({ failure: ({ event }) => (event.output.ok ? '' : event.output.error.code) }),
                    },
                  ],
                  onError: { target: 'problem', actions: assign({ failure: 'internal' }) },
                },
              },
              problem: {
                entry: record('problem'),
                on: {
                  /** The same intent, so that a save that did happen is not made twice. */
                  RETRY: [
                    { guard: 'noticeOutdated', target: 'choices', actions: 'takeConfiguration' },
                    { target: 'saving' },
                  ],
                  BACK: 'number',
                },
              },
            },
          },
        },
      },
      saved: {
        entry: 'forgetNumber',
        on: { FINISH: 'attract' },
        after: { lastScreen: 'attract' },
      },
      goodbye: {
        entry: 'forgetNumber',
        on: { FINISH: 'attract' },
        after: { goodbye: 'attract' },
      },
    },
  });
}

export type CustomerFlow = ReturnType<typeof customerFlow>;

function pasted(context: FlowContext, text: string): Partial<FlowContext> {
  const result = afterPaste(context.typed, text);
  if ('typed' in result) return { typed: result.typed, refusal: null };
  if (result.refused === 'number_extension') return { refusal: refuse('number_extension', {}) };
  return { refusal: refuse('number_too_long', { surplus: null, region: null, maximum: 20 }) };
}
