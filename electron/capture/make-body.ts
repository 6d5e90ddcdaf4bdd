import type { CaptureDraft } from '../../shared/contracts/ipc.ts';
import { CodedError } from '../../shared/errors.ts';
import { classify, type PhoneNumber } from '../../shared/phone/number.ts';
import { refusalFor } from '../../shared/phone/usable.ts';
import type { PhoneUse } from '../../shared/phone/verdict.ts';
import type { Attestation, RecordBody } from '../../shared/record/body.ts';
import { grantsMessages } from '../../shared/record/messages.ts';
import type { ConfigurationInForce } from '../kiosk.ts';
import { requireAgreement } from './agreement.ts';

/** What the kiosk itself adds to a draft. */
export interface BodyContext {
  /** What may be agreed to, newest first. */
  inForce: readonly [ConfigurationInForce, ...ConfigurationInForce[]];
  /** Whether a screen may have shown this configuration; a request to stop is not refused because its words are old. */
  wasInForce: (hash: string) => boolean;
  /** Whose PIN vouched for the guardian; uses that up. Throws unless somebody has just done so. */
  takeAttestation: () => Attestation;
  applicationVersion: string;
  /** Base64url of 16 fresh random bytes. */
  manageToken: string;
}

/**
 * Turns a draft into the body of its record. The screen has judged number and choices already; the main process does not
 * trust it and judges them again.
 * @throws CodedError as the contract names them for `capture:save`.
 */
export function makeBody(draft: CaptureDraft, context: BodyContext): RecordBody {
  const { applicationVersion, manageToken } = context;
  const evidence = {
    language: draft.language,
    collectionMethod: 'self_service' as const,
    screens: draft.screens,
    presentation: draft.presentation,
    applicationVersion,
    configuration: draft.configuration,
  };
  switch (draft.type) {
    case 'given':
    case 'guardian_consent': {
      requireAgreement(draft, context.inForce);
      refuseUnusable(draft.number, grantsMessages(draft.choices) ? 'texts' : 'calls', draft, context);
      const { number, choices, notices, privacyNotice, age } = draft;
      const agreement = { number, choices, notices, privacyNotice, age, verification: 'unverified' as const };
      const body = { ...agreement, transactionReference: null, manageToken, ...evidence };
      return draft.type === 'given' ? body : { ...body, attestation: context.takeAttestation() };
    }
    case 'withdrawn':
      requireKnown(draft.configuration, context);
      refuseUnusable(draft.number, 'stop', draft, context);
      return { number: draft.number, scope: 'everything', ...evidence };
    case 'number_changed': {
      const { previousNumber, number } = draft;
      requireKnown(draft.configuration, context);
      if (previousNumber === number) throw new CodedError('numbers_equal');
      refuseUnusable(previousNumber, 'stop', draft, context);
      refuseUnusable(number, 'texts', draft, context);
      return { previousNumber, number, verification: 'unverified', manageToken, ...evidence };
    }
  }
}

function requireKnown(configuration: string, { wasInForce }: BodyContext): void {
  if (!wasInForce(configuration)) throw new CodedError('configuration_unknown');
}

/** By the rules of the configuration that was on the screen, or of the newest if that is none any more. */
function refuseUnusable(
  number: PhoneNumber,
  use: PhoneUse,
  { configuration: shown }: { configuration: string },
  { inForce }: BodyContext,
): void {
  const { configuration } = inForce.find(({ hash }) => hash === shown) ?? inForce[0];
  const refusal = refusalFor(classify(number), use, configuration.countries);
  if (refusal !== null) throw new CodedError(refusal.code);
}
