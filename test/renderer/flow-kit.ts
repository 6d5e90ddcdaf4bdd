import { createActor, SimulatedClock } from 'xstate';
import { customerFlow, type FlowServices } from '../../renderer/flow/customer-flow.ts';
import type { Configuration } from '../../shared/configuration.ts';
import type { CaptureDraft, CaptureReceipt, IpcResult } from '../../shared/contracts/ipc.ts';
import { judgeNumber } from '../../shared/phone/judge.ts';
import type { Region } from '../../shared/phone/plan.ts';

/** 43 base64url characters whose last one leaves no stray bits. */
export const hash = (letter: string) => `${letter.repeat(42)}A`;

const notice = (purpose: string, language: string, channels: ('sms' | 'call')[], letter: string) => ({
  hash: hash(letter),
  notice: {
    purpose,
    language,
    heading: purpose,
    boxes: channels.map((channel) => ({ channel, label: `${purpose} ${channel}`, sentence: 'A promise.' })),
  },
});

const privacy = (language: string, letter: string) => ({
  hash: hash(letter),
  notice: { language, title: 'Privacy', sections: [{ heading: 'Who', text: 'We' }] },
});

export const configuration: Configuration = {
  version: 1,
  storeId: 'store-1',
  brand: { name: 'Shop', accent: '#0b6e4f' },
  languages: ['en', 'ar'],
  country: 'FR',
  publicUrl: null,
  paused: false,
  age: null,
  words: [],
  notices: [
    notice('loyalty', 'en', ['sms'], 'A'),
    notice('marketing', 'en', ['sms', 'call'], 'B'),
    notice('loyalty', 'ar', ['sms'], 'C'),
    notice('marketing', 'ar', ['sms', 'call'], 'D'),
  ],
  privacyNotices: [privacy('en', 'E'), privacy('ar', 'F')],
  timeouts: { idleWarningSeconds: 30, idleCountdownSeconds: 15, savedSeconds: 20 },
};

export const mobile = '0612345678';

/** A running flow with its outside world: what was saved, and a clock that only the test moves. */
export function startFlow(answer?: (draft: CaptureDraft) => Promise<IpcResult<CaptureReceipt>>) {
  const clock = new SimulatedClock();
  const saved: CaptureDraft[] = [];
  let ids = 0;
  const services: FlowServices = {
    judge: async (typed, region, textsNeeded) => judgeNumber(typed, region as Region, { textsNeeded, submitted: true }),
    save: (draft) => {
      saved.push(draft);
      return answer?.(draft) ?? Promise.resolve({ ok: true, value: { receiptCode: '7K3M-Q0XV', manageUrl: null } });
    },
    now: () => clock.now(),
    newId: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
  };
  const actor = createActor(customerFlow(services), { input: { configuration }, clock });
  actor.start();
  const context = () => actor.getSnapshot().context;
  const type = (text: string) => {
    for (const key of text) actor.send({ type: 'KEY', key });
  };
  /** Lets promises of the flow settle. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const toChoices = async () => {
    actor.send({ type: 'START' });
    type(mobile);
    actor.send({ type: 'CONTINUE' });
    await settle();
  };
  return { actor, clock, saved, context, type, settle, toChoices };
}
