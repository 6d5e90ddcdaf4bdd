import type { CaptureDraft } from '../../shared/contracts/ipc.ts';
import { CodedError } from '../../shared/errors.ts';
import { judgeNumber } from '../../shared/phone/judge.ts';
import type { PhoneNumber } from '../../shared/phone/number.ts';
import type { RecordBody } from '../../shared/record/body.ts';
import type { ConfigurationInForce } from '../kiosk.ts';
import { agreedConfiguration } from './agreement.ts';

/** What the kiosk itself adds to a draft. */
export interface BodyContext {
  /** Newest first. */
  configurations: [ConfigurationInForce, ...ConfigurationInForce[]];
  applicationVersion: string;
  /** Base64url of 16 fresh random bytes. */
  manageToken: string;
}

/**
 * Turns a draft into the body of its record. The screen has judged number and choices already; a door does not trust what
 * comes through it.
 * @throws CodedError as the contract names them for `capture:save`.
 */
export function makeBody(draft: CaptureDraft, context: BodyContext): RecordBody {
  const { applicationVersion, manageToken } = context;
  const [{ hash }] = context.configurations;
  const evidence = {
    language: draft.language,
    collectionMethod: 'self_service' as const,
    screens: draft.screens,
    applicationVersion,
    configuration: hash,
  };
  switch (draft.type) {
    case 'given':
    case 'guardian_consent': {
      const agreed = agreedConfiguration(draft, context.configurations);
      refuseUnusable(draft.number, needsTexts(draft.choices));
      const { number, choices, notices, privacyNotice, age } = draft;
      const agreement = { number, choices, notices, privacyNotice, age, verification: 'unverified' as const };
      const body = { ...agreement, transactionReference: null, manageToken, ...evidence, configuration: agreed.hash };
      return draft.type === 'given' ? body : { ...body, attestation: 'staff_pin' };
    }
    case 'withdrawn':
      // Any number that exists may be told to stop, also one that we would not take.
      return { number: draft.number, scope: 'everything', ...evidence };
    case 'number_changed': {
      const { previousNumber, number } = draft;
      if (previousNumber === number) throw new CodedError('numbers_equal');
      refuseUnusable(number, true);
      return { previousNumber, number, verification: 'unverified', manageToken, ...evidence };
    }
  }
}

const needsTexts = (choices: { answer: string; channel: string }[]): boolean =>
  choices.some(({ answer, channel }) => answer === 'granted' && channel !== 'call');

function refuseUnusable(number: PhoneNumber, textsNeeded: boolean): void {
  const verdict = judgeNumber(number, undefined, { textsNeeded, submitted: true });
  if (verdict.kind !== 'ok') throw new CodedError(verdict.kind === 'refused' ? verdict.code : 'number_impossible');
}
