import { createActor, SimulatedClock } from 'xstate';
import type { FlowEvent } from '../../renderer/flow/context.ts';
import { customerFlow } from '../../renderer/flow/customer-flow.ts';
import type { BoxName } from '../../renderer/flow/notices-on-screen.ts';
import { screenOf } from '../../renderer/flow/screen-of.ts';
import type { FlowServices } from '../../renderer/flow/services.ts';
import type { Configuration } from '../../shared/configuration.ts';
import type {
  CaptureDraft,
  CaptureReceipt,
  CodeChecked,
  CodeSent,
  IpcResult,
  UnlockAnswer,
} from '../../shared/contracts/ipc.ts';
import { judgeNumber } from '../../shared/phone/judge.ts';
import type { Region } from '../../shared/phone/plan.ts';
import type { Presentation } from '../../shared/record/presentation.ts';
import { presentation } from '../support/presentation.ts';

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
  countries: { accepted: 'all', texted: 'all' },
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
  timeouts: { idleWarningSeconds: 30, idleCountdownSeconds: 15, savedSeconds: 20, longestSessionSeconds: 900 },
};

/** The name of the configuration that a flow starts with. */
export const configurationName = hash('Z');

export const mobile = '0612345678';
export const otherMobile = '0698765432';
export const landline = '0123456789';

/** Events that are only a name. */
type BareEvent = FlowEvent extends infer E
  ? E extends { type: infer T }
    ? keyof E extends 'type'
      ? T
      : never
    : never
  : never;

type Answer<T> = Promise<IpcResult<T>>;

export const refused = async (code: string) => ({ ok: false as const, error: { code, details: {} } });
export const answered = async <T>(value: T) => ({ ok: true as const, value });

/** What the outside world of a flow does; each part has an answer of its own if the test has none. */
export interface Outside {
  readonly judge?: FlowServices['judge'];
  readonly configuration?: Configuration;
  readonly save?: (draft: CaptureDraft) => Answer<CaptureReceipt>;
  readonly sendCode?: () => Answer<CodeSent>;
  readonly checkCode?: (code: string) => Answer<CodeChecked>;
  readonly attest?: (pin: string) => Answer<UnlockAnswer>;
  readonly presentation?: () => Presentation;
}

/** A running flow with its outside world: what was asked of it, and a clock that only the test moves. */
export function startFlow(outside: Outside = {}) {
  const clock = new SimulatedClock();
  const saved: CaptureDraft[] = [];
  const calls: string[] = [];
  let ids = 0;
  const services: FlowServices = {
    judge: async (submitted) => {
      const { typed, region, use, countries } = submitted;
      return outside.judge?.(submitted) ?? judgeNumber(typed, region as Region, { use, countries, submitted: true });
    },
    save: (draft) => {
      saved.push(draft);
      return outside.save?.(draft) ?? answered({ receiptCode: '7K3M-Q0XV', manageUrl: null, online: true });
    },
    sendCode: () => {
      calls.push('send');
      return outside.sendCode?.() ?? refused('unreachable');
    },
    checkCode: (code) => {
      calls.push(`check ${code}`);
      return outside.checkCode?.(code) ?? refused('unreachable');
    },
    attest: (pin) => {
      calls.push(`attest ${pin}`);
      return outside.attest?.(pin) ?? answered({ unlocked: false, waitSeconds: 0 });
    },
    endSession: () => calls.push('end'),
    now: () => clock.now(),
    failed: () => calls.push('failed'),
    presentation: outside.presentation ?? (() => presentation),
    moment: () => ({ monotonic: clock.now(), wall: clock.now() }),
    newId: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
  };
  const input = { configuration: outside.configuration ?? configuration, configurationHash: configurationName };
  const actor = createActor(customerFlow(services), { input, clock });
  actor.start();
  calls.length = 0;
  const context = () => actor.getSnapshot().context;
  /** Name of the screen. */
  const screen = () => screenOf(actor.getSnapshot());
  /** Events without values, one after another; between them the promises of the flow settle. */
  const send = async (...types: BareEvent[]) => {
    for (const type of types) {
      actor.send({ type });
      await settle();
    }
  };
  const type = (text: string) => {
    for (const key of text) actor.send({ type: 'KEY', key });
  };
  /** Types on the screen that is there, and goes on. */
  const enter = async (text: string) => {
    type(text);
    await send('CONTINUE');
  };
  /** Lets promises of the flow settle. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const toChoices = async () => {
    await send('START');
    await enter(mobile);
  };
  const saveWith = async (...boxes: BoxName[]) => {
    await toChoices();
    for (const box of boxes) actor.send({ type: 'TICK', box, by: 'touch' });
    await send('SAVE');
  };
  return { actor, clock, saved, calls, context, screen, send, type, enter, settle, toChoices, saveWith };
}
