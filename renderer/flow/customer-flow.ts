import { assign, raise } from 'xstate';
import { afterFirstTouch, failureOf, fresh, type Task } from './context.ts';
import type { BoxName } from './notices-on-screen.ts';
import type { FlowServices } from './services.ts';
import { flowSetup, record } from './setup.ts';
import { ageStep, attestStep, guardianStep } from './steps/age-steps.ts';
import { confirmStep } from './steps/confirm-step.ts';
import { numberStep } from './steps/number-step.ts';

/**
 * The customer's whole way, screen by screen; the state and the screen have the same name (diagram: docs/customer-flow.md).
 *
 *   give    attract -> [age -> [guardian -> attest]] -> number -> choices -> saving -> [confirm] -> saved
 *   stop    attract -> stop_number -> stop_confirm -> saving -> stop_saved
 *   change  attract -> old_number -> new_number -> change_confirm -> saving -> confirm -> saved
 *
 * Beside every screen that holds something of the customer runs `attention`: no touch for a while -> warning -> wiped.
 * Everything known of the customer is in the context; arriving at `attract`, by whatever way, replaces all of it.
 */
export function customerFlow(services: FlowServices) {
  const flow = flowSetup(services);
  const now = services.now;
  const begin = (task: Task) => ({ type: 'begin' as const, params: { task } });
  const is = (task: Task) => ({ type: 'task' as const, params: { task } });
  const failedWith = (code: string) => ({ type: 'failedWith' as const, params: { code } });
  const save = { target: 'saving', actions: 'newIntent' as const };

  const choices = flow.createStateConfig({
    entry: [record('choices'), assign({ nudged: false })],
    initial: 'reading',
    on: {
      BACK: 'number',
      IN_SIGHT: {
        actions: assign(({ context, event: { hash } }) => ({
          inSight: { [hash]: afterFirstTouch(context, now()), ...context.inSight },
        })),
      },
    },
    states: {
      reading: {
        on: {
          TICK: {
            actions: [
              {
                type: 'record',
                params: ({ context, event }) => ({ screen: tickStep(context.ticked, event.box) }),
              },
              assign(({ context, event }) => ({
                nudged: false,
                numberHidden: context.numberHidden || context.ticked.length === 0,
                answeredBy: { ...context.answeredBy, [event.box]: event.by },
                ticked: context.ticked.includes(event.box)
                  ? context.ticked.filter((box) => box !== event.box)
                  : [...context.ticked, event.box],
              })),
            ],
          },
          OPEN_PRIVACY: 'privacy',
          SAVE: [
            { guard: 'nothingTicked', actions: assign({ nudged: true }) },
            { target: '#customer.asking.step.saving', actions: 'newIntent' },
          ],
        },
      },
      privacy: { entry: record('privacy_notice'), on: { CLOSE_PRIVACY: 'reading' } },
    },
  });

  return flow.createMachine({
    id: 'customer',
    context: ({ input }) => fresh(input),
    initial: 'attract',
    on: {
      LANGUAGE: {
        guard: { type: 'wordsExist', params: ({ event }) => ({ language: event.language }) },
        actions: assign({ language: ({ event }) => event.language }),
      },
      CONTRAST: { actions: assign({ contrast: ({ context }) => (context.contrast === 'high' ? 'standard' : 'high') }) },
      CONFIGURE: { actions: assign({ nextConfiguration: ({ event }) => event.next }) },
      /** From everywhere, also while the disk writes: what is saved stays saved, and nobody is there to be told. */
      OVERDUE: '.attract',
    },
    states: {
      attract: {
        // A check that is still under way is of a customer who is gone.
        entry: ['wipe', 'endSession', flow.stopChild('check')],
        initial: 'resting',
        on: {
          START: [
            { guard: 'paused' },
            { guard: 'ageUnasked', target: '#customer.asking.step.age', actions: begin('give') },
            { target: 'asking', actions: begin('give') },
          ],
          STOP_MESSAGES: { target: '#customer.asking.step.stop_number', actions: begin('stop') },
          CHANGE_NUMBER: { target: '#customer.asking.step.old_number', actions: begin('change') },
          CONFIGURE: {
            target: 'attract',
            reenter: true,
            actions: assign({ nextConfiguration: ({ event }) => event.next }),
          },
        },
        states: {
          resting: { on: { ACTIVITY: 'touched' } },
          /** Somebody chose a language or a contrast; if they walk away, the next one finds the shop's own. */
          touched: {
            entry: 'wait',
            on: { ACTIVITY: { target: 'touched', reenter: true } },
            after: { idleWarning: '#customer.attract' },
          },
        },
      },
      asking: {
        type: 'parallel',
        on: {
          WITHOUT_NUMBER: 'goodbye',
          LEAVE: 'attract',
          SHOW_NUMBER: { actions: assign({ numberHidden: false }) },
          /** Which words were on the screen from when on. */
          LANGUAGE: {
            guard: { type: 'wordsExist', params: ({ event }) => ({ language: event.language }) },
            actions: [
              { type: 'record', params: ({ event }) => ({ screen: languageStep(event.language) }) },
              assign({ language: ({ event }) => event.language }),
            ],
          },
        },
        states: {
          attention: {
            initial: 'present',
            on: { TOO_LONG: '.warned' },
            states: {
              present: {
                entry: 'wait',
                on: { ACTIVITY: { target: 'present', reenter: true } },
                after: { idleWarning: 'warned' },
              },
              warned: {
                entry: ['wait', assign({ numberHidden: true })],
                on: { STAY: 'present' },
                after: { idleCountdown: '#customer.attract' },
              },
            },
          },
          /** Only saying "I am still here" begins it anew; whatever else looks like somebody does not. */
          session: {
            initial: 'running',
            on: { STAY: '.running' },
            states: {
              running: { after: { longestSession: 'over' } },
              over: { entry: raise({ type: 'TOO_LONG' }) },
            },
          },
          step: {
            initial: 'number',
            states: {
              age: ageStep(flow),
              guardian: guardianStep(flow),
              attest: attestStep(flow, now),
              number: numberStep(flow, 'number', 'choices'),
              choices,
              stop_number: numberStep(flow, 'stop_number', 'stop_confirm'),
              stop_confirm: { entry: record('stop_confirm'), on: { SAVE: save, BACK: 'stop_number' } },
              old_number: numberStep(flow, 'old_number', 'new_number'),
              new_number: {
                ...numberStep(flow, 'new_number', 'change_confirm'),
                on: {
                  BACK: {
                    target: 'old_number',
                    actions: assign(({ context: { previous } }) => ({
                      typed: previous?.typed ?? '',
                      ...(previous === null ? {} : { region: previous.region }),
                      previous: null,
                      accepted: null,
                      refusal: null,
                    })),
                  },
                },
              },
              change_confirm: { entry: record('change_confirm'), on: { SAVE: save, BACK: 'new_number' } },
              saving: {
                /** No way out while the disk writes: whoever leaves now could not be told whether it was saved. */
                on: { WITHOUT_NUMBER: {}, LEAVE: {} },
                invoke: {
                  src: 'save',
                  input: ({ context }) => context,
                  onDone: [
                    {
                      guard: ({ event }) => event.output.ok,
                      target: 'kept',
                      actions: { type: 'keepReceipt', params: ({ event }) => ({ result: event.output }) },
                    },
                    {
                      guard: ({ event }) => failureOf(event.output) === 'storage_full',
                      target: 'out_of_storage',
                    },
                    {
                      target: 'problem',
                      actions: assign({ failure: ({ event }) => failureOf(event.output) }),
                    },
                  ],
                  onError: { target: 'problem', actions: assign({ failure: 'internal' }) },
                },
              },
              /** Durable: the main process has answered. */
              kept: {
                always: [
                  { guard: is('stop'), target: '#customer.stop_saved' },
                  { guard: 'confirmationPending', target: 'confirm', actions: 'forgetNumber' },
                  { target: '#customer.saved' },
                ],
              },
              confirm: confirmStep(flow, now),
              problem: {
                entry: record('problem'),
                on: {
                  RETRY: [
                    { guard: 'pausedMeanwhile', target: '#customer.attract' },
                    {
                      guard: 'ageLawChanged',
                      target: 'age',
                      actions: ['takeConfiguration', assign({ age: 'not_asked' })],
                    },
                    { guard: failedWith('notice_outdated'), target: 'choices', actions: 'takeConfiguration' },
                    { guard: failedWith('attestation_missing'), target: 'attest' },
                    /** The same intent, so that a save that did happen is not made twice. */
                    { target: 'saving' },
                  ],
                  BACK: [
                    { guard: is('stop'), target: 'stop_number' },
                    { guard: is('change'), target: 'new_number' },
                    { target: 'number' },
                  ],
                },
              },
              out_of_storage: { entry: record('out_of_storage') },
            },
          },
        },
      },
      saved: {
        entry: ['forgetNumber', 'endSession', 'wait'],
        on: {
          FINISH: 'attract',
          /** "Later" was pressed while a code was being checked, and it was the right one. */
          CHECKED: { guard: 'confirmed', actions: 'keepConfirmation' },
          STAY: {
            target: 'saved',
            reenter: true,
            actions: assign({ extensions: ({ context }) => context.extensions + 1 }),
          },
        },
        after: { lastScreen: 'attract' },
      },
      stop_saved: {
        entry: ['forgetNumber', 'endSession', 'wait'],
        on: { FINISH: 'attract' },
        after: { lastScreen: 'attract' },
      },
      goodbye: {
        entry: ['forgetNumber', 'endSession', 'wait'],
        on: { FINISH: 'attract' },
        after: { goodbye: 'attract' },
      },
      too_young: {
        entry: ['forgetNumber', 'endSession', 'wait'],
        on: { FINISH: 'attract' },
        after: { goodbye: 'attract' },
      },
    },
  });
}

export type { FlowServices } from './services.ts';
export type CustomerFlow = ReturnType<typeof customerFlow>;

function tickStep(ticked: readonly BoxName[], box: BoxName): string {
  return `${ticked.includes(box) ? 'untick' : 'tick'}_${box.replace('/', '_')}`;
}

function languageStep(language: string): string {
  return `language_${language.toLowerCase().replaceAll(/[^a-z]/g, '_')}`;
}
