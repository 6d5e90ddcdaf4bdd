import type { Configuration } from '../../shared/configuration.ts';
import type { PhoneAccepted, PhoneRefusal, PhoneVerdict } from '../../shared/phone/verdict.ts';
import type { BoxName, ScreenStep } from './draft.ts';

/** What a customer's session knows. It lives here and nowhere else, and `fresh` is how it is wiped. */
export interface FlowContext {
  readonly configuration: Configuration;
  /** Arrived in the middle of a session; taken over at the next start. */
  readonly nextConfiguration: Configuration | null;
  readonly language: string;
  readonly contrast: 'standard' | 'high';
  readonly region: string;
  /** ASCII digits with at most a leading `+`. */
  readonly typed: string;
  readonly refusal: NumberProblem | null;
  readonly accepted: PhoneAccepted | null;
  readonly ticked: readonly BoxName[];
  /** Save was pressed with nothing ticked. */
  readonly nudged: boolean;
  readonly intentId: string;
  readonly failure: string;
  readonly receiptCode: string;
  readonly firstTouchAt: number;
  readonly screens: readonly ScreenStep[];
}

/** Why the number cannot be continued with. */
export type NumberProblem = PhoneRefusal | { readonly kind: 'empty' };

export type FlowEvent =
  | { readonly type: 'START' }
  | { readonly type: 'LANGUAGE'; readonly language: string }
  | { readonly type: 'CONTRAST' }
  | { readonly type: 'CONFIGURE'; readonly configuration: Configuration }
  | { readonly type: 'ACTIVITY' }
  | { readonly type: 'STAY' }
  | { readonly type: 'LEAVE' }
  | { readonly type: 'KEY'; readonly key: string }
  | { readonly type: 'DELETE' }
  | { readonly type: 'PASTE'; readonly text: string }
  | { readonly type: 'REGION'; readonly region: string }
  | { readonly type: 'CONTINUE' }
  | { readonly type: 'BACK' }
  | { readonly type: 'TICK'; readonly box: BoxName }
  | { readonly type: 'OPEN_PRIVACY' }
  | { readonly type: 'CLOSE_PRIVACY' }
  | { readonly type: 'SAVE' }
  | { readonly type: 'RETRY' }
  | { readonly type: 'WITHOUT_NUMBER' }
  | { readonly type: 'FINISH' };

/** A session in which nothing has happened. */
export function fresh(configuration: Configuration): FlowContext {
  return {
    configuration,
    nextConfiguration: null,
    language: configuration.languages[0] ?? 'en',
    contrast: 'standard',
    region: configuration.country,
    typed: '',
    refusal: null,
    accepted: null,
    ticked: [],
    nudged: false,
    intentId: '',
    failure: '',
    receiptCode: '',
    firstTouchAt: 0,
    screens: [],
  };
}

/** What a verdict on a submitted number leaves to be said; null when there is nothing wrong. */
export function problemOf(verdict: PhoneVerdict): NumberProblem | null {
  if (verdict.kind === 'refused') return verdict;
  return verdict.kind === 'ok' ? null : { kind: 'empty' };
}

/** The evidence has room for this many steps; a customer who goes back and forth more often still gets a record. */
const mostSteps = 200;

export function withStep(context: FlowContext, screen: string, now: number): readonly ScreenStep[] {
  if (context.screens.length >= mostSteps) return context.screens;
  const afterMilliseconds = Math.max(0, Math.round(now - context.firstTouchAt));
  return [...context.screens, { screen, afterMilliseconds }];
}
