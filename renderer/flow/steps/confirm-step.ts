import { assign } from 'xstate';
import type { FlowServices } from '../services.ts';
import type { FlowSetup } from '../setup.ts';
import { afterDigit } from '../typing.ts';

/**
 * The number is saved and forgotten; a code on the phone shows that it is the customer's. Where the code cannot be sent, or
 * is left for later, the consent stays visibly pending and head office texts the question.
 */
export function confirmStep(flow: FlowSetup, now: FlowServices['now']) {
  return flow.createStateConfig({
    initial: 'sending',
    on: {
      LATER: '#customer.saved',
      /** "No number was kept" would no longer be true. */
      WITHOUT_NUMBER: {},
      RESEND: {
        guard: ({ context }) => context.codeSent !== null && now() >= context.codeSent.resendAt,
        target: '.sending',
      },
    },
    states: {
      sending: {
        /** One at a time. */
        on: { RESEND: {} },
        invoke: {
          src: 'sendCode',
          onDone: [
            {
              guard: ({ event }) => event.output.ok,
              target: 'typing',
              actions: assign(({ event }) => {
                if (!event.output.ok) return {};
                const { digits, triesLeft, resendAfterSeconds } = event.output.value;
                const codeSent = { digits, triesLeft, resendAt: now() + resendAfterSeconds * 1000 };
                return { code: '', codeProblem: null, codeSent };
              }),
            },
            { target: 'unsent' },
          ],
          onError: 'unsent',
        },
      },
      /** A first code that could not be sent is no reason to keep anybody waiting. */
      unsent: {
        always: [
          { guard: ({ context }) => context.codeSent === null, target: '#customer.saved' },
          {
            guard: ({ context }) => context.codeSent?.triesLeft === 0,
            target: 'spent',
            actions: assign({ codeProblem: 'not_sent' }),
          },
          { target: 'typing', actions: assign({ codeProblem: 'not_sent' }) },
        ],
      },
      typing: {
        on: {
          KEY: {
            actions: assign(({ context, event }) => ({
              code: afterDigit(context.code, event.key, context.codeSent?.digits ?? 0),
              codeProblem: null,
            })),
          },
          DELETE: { actions: assign(({ context }) => ({ code: context.code.slice(0, -1), codeProblem: null })) },
          CONTINUE: [
            { guard: ({ context }) => context.code.length === context.codeSent?.digits, target: 'checking' },
            { actions: assign({ codeProblem: 'short' }) },
          ],
        },
      },
      checking: {
        entry: [
          flow.stopChild('check'),
          flow.spawnChild('checkCode', { id: 'check', input: ({ context }) => context.code }),
        ],
        on: {
          RESEND: {},
          CHECKED: [
            { guard: 'confirmed', target: '#customer.saved', actions: 'keepConfirmation' },
            {
              guard: ({ event: { result } }) => result?.ok === true && result.value.triesLeft > 0,
              target: 'typing',
              actions: assign(({ context, event: { result } }) =>
                result?.ok && context.codeSent !== null
                  ? {
                      code: '',
                      codeProblem: 'wrong',
                      codeSent: { ...context.codeSent, triesLeft: result.value.triesLeft },
                    }
                  : {},
              ),
            },
            {
              guard: ({ event: { result } }) => result?.ok === true || result?.error.code === 'verification_over',
              target: 'spent',
            },
            { target: 'typing', actions: assign({ codeProblem: 'unreachable' }) },
          ],
        },
      },
      /** No tries left, or too late: a new code, or later. */
      spent: {
        entry: assign(({ context }) => ({
          code: '',
          codeSent: context.codeSent === null ? null : { ...context.codeSent, triesLeft: 0 },
        })),
      },
    },
  });
}
