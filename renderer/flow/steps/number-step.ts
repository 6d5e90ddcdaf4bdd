import { assign } from 'xstate';
import { problemOf } from '../context.ts';
import { type NumberScreenName, wantedFor } from '../notices-on-screen.ts';
import { type FlowSetup, record } from '../setup.ts';
import { afterKey, afterPaste } from '../typing.ts';

/** A screen on which a number is typed and judged; an accepted number leads to `next`. */
export function numberStep(flow: FlowSetup, screen: NumberScreenName, next: string) {
  const target = `#customer.asking.step.${next}`;
  return flow.createStateConfig({
    // What it is for and how the number is treated stands on the same screen.
    entry: screen === 'number' ? [record('value'), record(screen)] : [record(screen)],
    initial: 'typing',
    states: {
      typing: {
        on: {
          KEY: {
            actions: assign(({ context, event }) => ({ typed: afterKey(context.typed, event.key), refusal: null })),
          },
          DELETE: { actions: assign(({ context }) => ({ typed: context.typed.slice(0, -1), refusal: null })) },
          PASTE: { actions: assign(({ context, event }) => afterPaste(context.typed, event.text)) },
          REGION: {
            actions: assign(({ event }) => ({ region: event.region, typed: event.typed, refusal: null })),
          },
          CONTINUE: 'judging',
        },
      },
      judging: {
        invoke: {
          src: 'judge',
          input: ({ context }) => ({
            typed: context.typed,
            region: context.region,
            use: wantedFor(screen, context.configuration),
            countries: context.configuration.countries,
          }),
          onDone: [
            {
              guard: ({ context, event }) =>
                event.output.kind === 'ok' && event.output.number === context.previous?.accepted.number,
              target: 'typing',
              actions: assign({ refusal: { kind: 'same' } }),
            },
            {
              guard: ({ event }) => event.output.kind === 'ok',
              target,
              actions: assign(({ context, event }) => {
                if (event.output.kind !== 'ok') return {};
                const accepted = event.output;
                if (screen !== 'old_number') return { accepted, refusal: null, numberHidden: false };
                const { typed, region } = context;
                const next = { typed: '', accepted: null, refusal: null, numberHidden: false };
                return { previous: { typed, region, accepted }, ...next };
              }),
            },
            { target: 'typing', actions: assign({ refusal: ({ event }) => problemOf(event.output) }) },
          ],
          /** Nobody can go on from here. */
          onError: {
            target: '#customer.attract',
            actions: { type: 'tellFailure', params: ({ event }) => ({ error: event.error }) },
          },
        },
      },
    },
  });
}
