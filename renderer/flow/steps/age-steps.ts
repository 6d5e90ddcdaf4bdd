import { assign } from 'xstate';
import type { IpcResult, UnlockAnswer } from '../../../shared/contracts/ipc.ts';
import { pinLength } from '../../../shared/pin.ts';
import type { PinProblem } from '../context.ts';
import type { FlowServices } from '../services.ts';
import { type FlowSetup, record } from '../setup.ts';
import { afterDigit } from '../typing.ts';

/** One question before the number. Whatever is answered, there is no way back to it before everything is wiped. */
export function ageStep(flow: FlowSetup) {
  return flow.createStateConfig({
    entry: [record('value'), record('age')],
    on: {
      AGE: [
        {
          guard: { type: 'oldEnough', params: ({ event }) => ({ from: event.from }) },
          target: 'number',
          actions: assign({ age: 'passed' }),
        },
        { guard: 'guardianMayAgree', target: 'guardian', actions: assign({ age: 'below' }) },
        { target: '#customer.too_young', actions: assign({ age: 'below' }) },
      ],
    },
  });
}

export function guardianStep(flow: FlowSetup) {
  return flow.createStateConfig({ entry: record('guardian'), on: { CONTINUE: 'attest' } });
}

/** A member of staff vouches that the guardian is there. The PIN leaves this context with the call that checks it. */
export function attestStep(flow: FlowSetup, now: FlowServices['now']) {
  const wrong = (result: IpcResult<UnlockAnswer>): PinProblem => {
    if (!result.ok || result.value.unlocked) return { kind: 'failed' };
    const { waitSeconds } = result.value;
    return waitSeconds > 0 ? { kind: 'wait', seconds: Math.ceil(waitSeconds), since: now() } : { kind: 'wrong' };
  };
  return flow.createStateConfig({
    entry: [record('attest'), assign({ pin: '', pinProblem: null })],
    exit: assign({ pin: '', pinProblem: null }),
    initial: 'typing',
    states: {
      typing: {
        on: {
          KEY: {
            actions: assign(({ context, event }) => ({ pin: afterDigit(context.pin, event.key, pinLength.most) })),
          },
          DELETE: { actions: assign(({ context }) => ({ pin: context.pin.slice(0, -1) })) },
          CONTINUE: { guard: ({ context }) => context.pin !== '', target: 'checking' },
          BACK: '#customer.asking.step.guardian',
        },
      },
      checking: {
        invoke: {
          src: 'attest',
          input: ({ context }) => context.pin,
          onDone: [
            {
              guard: ({ context, event }) =>
                event.output.ok && event.output.value.unlocked && context.failure === 'attestation_missing',
              target: '#customer.asking.step.choices',
              actions: assign({ failure: '' }),
            },
            {
              guard: ({ event }) => event.output.ok && event.output.value.unlocked,
              target: '#customer.asking.step.number',
            },
            { target: 'typing', actions: assign(({ event }) => ({ pin: '', pinProblem: wrong(event.output) })) },
          ],
          onError: { target: 'typing', actions: assign({ pin: '', pinProblem: { kind: 'failed' } }) },
        },
      },
    },
  });
}
