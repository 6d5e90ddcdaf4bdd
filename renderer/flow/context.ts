import type { Configuration } from '../../shared/configuration.ts';
import type { CaptureReceipt, CodeChecked, IpcResult, ShownConfiguration } from '../../shared/contracts/ipc.ts';
import type { Moment } from '../../shared/moment.ts';
import type { PhoneAccepted, PhoneRefusal, PhoneVerdict } from '../../shared/phone/verdict.ts';
import type { InputModality } from '../../shared/record/presentation.ts';
import type { BoxName, ScreenStep } from './notices-on-screen.ts';

/** What the customer came for. */
export type Task = 'give' | 'stop' | 'change';

/** What a session knows of its customer. It lives here and nowhere else, and `fresh` is how it is wiped. */
export interface FlowContext {
  readonly configuration: Configuration;
  /** Its name in the evidence. */
  readonly configurationHash: string;
  /** Arrived in the middle of a session; taken over at the next start. */
  readonly nextConfiguration: ShownConfiguration | null;
  readonly language: string;
  readonly contrast: 'standard' | 'high';
  readonly task: Task;
  /** The answer to the age question. It stands until it is wiped: going back is no second try. */
  readonly age: 'not_asked' | 'passed' | 'below';
  readonly region: string;
  /** ASCII digits with at most a leading `+`. */
  readonly typed: string;
  readonly refusal: NumberProblem | null;
  readonly accepted: PhoneAccepted | null;
  /** The old number, while the new one is typed. */
  readonly previous: EnteredNumber | null;
  readonly ticked: readonly BoxName[];
  /** By what each box that was touched was ticked or unticked last. */
  readonly answeredBy: Readonly<Record<BoxName, InputModality>>;
  /** Which texts have been wholly in sight, by their hashes, and when: in milliseconds after the first touch. */
  readonly inSight: Readonly<Record<string, number>>;
  /** People standing by need not read it: after the first tick, and when nobody was there for a while. */
  readonly numberHidden: boolean;
  /** Save was pressed with nothing ticked. */
  readonly nudged: boolean;
  readonly intentId: string;
  readonly failure: string;
  /** Typed by a member of staff who vouches for a guardian. */
  readonly pin: string;
  readonly pinProblem: PinProblem | null;
  readonly receiptCode: string;
  readonly manageUrl: string | null;
  readonly confirmation: 'not_needed' | 'may_be_asked' | 'pending' | 'confirmed';
  /** The digits of the code from the text message. */
  readonly code: string;
  readonly codeProblem: CodeProblem | null;
  readonly codeSent: { readonly digits: number; readonly triesLeft: number; readonly resendAt: number } | null;
  /** How often more time was asked for on the last screen. */
  readonly extensions: number;
  readonly firstTouchAt: number;
  /** Since when the screen waits for somebody: the state's timer runs from here. */
  readonly waitingSince: Moment;
  readonly screens: readonly ScreenStep[];
}

export interface EnteredNumber {
  readonly typed: string;
  readonly region: string;
  readonly accepted: PhoneAccepted;
}

/** Why the number cannot be continued with. */
export type NumberProblem = PhoneRefusal | { readonly kind: 'empty' } | { readonly kind: 'same' };

export type PinProblem =
  | { readonly kind: 'wrong' | 'failed' }
  | { readonly kind: 'wait'; readonly seconds: number; readonly since: number };

export type CodeProblem = 'short' | 'wrong' | 'unreachable' | 'not_sent';

export type FlowEvent =
  | { readonly type: 'START' }
  | { readonly type: 'STOP_MESSAGES' }
  | { readonly type: 'CHANGE_NUMBER' }
  | { readonly type: 'LANGUAGE'; readonly language: string }
  | { readonly type: 'CONTRAST' }
  | { readonly type: 'CONFIGURE'; readonly next: ShownConfiguration }
  | { readonly type: 'ACTIVITY' }
  /** By the clock, nobody can be there any more: see overdue.ts. */
  | { readonly type: 'OVERDUE' }
  | { readonly type: 'TOO_LONG' }
  | { readonly type: 'STAY' }
  | { readonly type: 'LEAVE' }
  /** `from` is the youngest age of the chosen group. */
  | { readonly type: 'AGE'; readonly from: number }
  | { readonly type: 'KEY'; readonly key: string }
  | { readonly type: 'DELETE' }
  | { readonly type: 'PASTE'; readonly text: string }
  /** Chosen by hand; `typed` is what stands in the field from then on. */
  | { readonly type: 'REGION'; readonly region: string; readonly typed: string }
  | { readonly type: 'CONTINUE' }
  | { readonly type: 'BACK' }
  | { readonly type: 'SHOW_NUMBER' }
  | { readonly type: 'TICK'; readonly box: BoxName; readonly by: InputModality }
  | { readonly type: 'IN_SIGHT'; readonly hash: string }
  | { readonly type: 'OPEN_PRIVACY' }
  | { readonly type: 'CLOSE_PRIVACY' }
  | { readonly type: 'SAVE' }
  | { readonly type: 'RETRY' }
  | { readonly type: 'RESEND' }
  | { readonly type: 'LATER' }
  /** What became of a code that was checked; null: nobody answered. */
  | { readonly type: 'CHECKED'; readonly result: IpcResult<CodeChecked> | null }
  | { readonly type: 'WITHOUT_NUMBER' }
  | { readonly type: 'FINISH' };

/** A session in which nothing has happened. */
export function fresh({ configuration, configurationHash }: ShownConfiguration): FlowContext {
  return {
    configuration,
    configurationHash,
    nextConfiguration: null,
    language: configuration.languages[0] ?? 'en',
    contrast: 'standard',
    task: 'give',
    age: 'not_asked',
    region: configuration.country,
    typed: '',
    refusal: null,
    accepted: null,
    previous: null,
    ticked: [],
    answeredBy: {},
    inSight: {},
    numberHidden: false,
    nudged: false,
    intentId: '',
    failure: '',
    pin: '',
    pinProblem: null,
    receiptCode: '',
    manageUrl: null,
    confirmation: 'not_needed',
    code: '',
    codeProblem: null,
    codeSent: null,
    extensions: 0,
    firstTouchAt: 0,
    waitingSince: { monotonic: 0, wall: 0 },
    screens: [],
  };
}

/** What the last screens may still know: words and looks, what it was about, and the receipt. No number, no answer. */
export function withoutCustomer(context: FlowContext): FlowContext {
  const { nextConfiguration, language, contrast, task, extensions, waitingSince } = context;
  const { receiptCode, manageUrl, confirmation } = context;
  const receipt = { receiptCode, manageUrl, confirmation };
  return { ...fresh(context), nextConfiguration, language, contrast, task, extensions, waitingSince, ...receipt };
}

/** What a verdict on a submitted number leaves to be said; null when there is nothing wrong. */
export function problemOf(verdict: PhoneVerdict): NumberProblem | null {
  if (verdict.kind === 'refused') return verdict;
  return verdict.kind === 'ok' ? null : { kind: 'empty' };
}

export function failureOf(result: IpcResult<CaptureReceipt>): string {
  return result.ok ? '' : result.error.code;
}

/** The evidence has room for this many steps (see shared/record/body.ts); a customer who goes back and forth more often still gets a record. */
const mostSteps = 100;

/** Names of steps are at most this long. */
const longestStep = 40;

export function withStep(context: FlowContext, screen: string, now: number): readonly ScreenStep[] {
  if (context.screens.length >= mostSteps) return context.screens;
  const step = { screen: screen.slice(0, longestStep), afterMilliseconds: afterFirstTouch(context, now) };
  return [...context.screens, step];
}

export function afterFirstTouch({ firstTouchAt }: FlowContext, now: number): number {
  return Math.max(0, Math.round(now - firstTouchAt));
}
