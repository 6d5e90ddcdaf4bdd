/**
 * What can be said of a typed number: codes and data, never texts. The texts are messages by code elsewhere.
 */
import type { PhoneNumber } from './number.ts';
import type { NumberType, Region } from './plan.ts';

/**
 * What a number is wanted for: to be sent texts, to be called, or to be left alone from now on. Whatever number exists can be
 * stopped, of every kind and of every country.
 */
export type PhoneUse = 'texts' | 'calls' | 'stop';

/** Every reason for refusing a number. Handle them exhaustively: the tuple is the source of the type. */
export const phoneRefusalCodes = [
  'number_too_short',
  'number_too_long',
  'number_impossible',
  'number_unknown_country',
  'number_extension',
  'number_landline',
  'number_premium',
  'number_toll_free',
  'number_not_personal',
  'number_country',
  'number_emergency',
] as const;

/** One of {@link phoneRefusalCodes}. */
export type PhoneRefusalCode = (typeof phoneRefusalCodes)[number];

/** The data that goes with each code. No field ever holds the customer's number. */
export interface PhoneRefusalDetails {
  /** `missing` digits at least, 1 or more, for a number of `region`; null for numbers of no region. */
  readonly number_too_short: { readonly missing: number; readonly region: Region | null };
  /** `surplus` digits too many for `region`, 1 or more. Both null when more than `maximum` digits came in, uncounted. */
  readonly number_too_long:
    | { readonly surplus: number; readonly region: Region | null; readonly maximum: null }
    | { readonly surplus: null; readonly region: null; readonly maximum: number };
  /** Right length, but no such number exists in the region's numbering plan. */
  readonly number_impossible: { readonly region: Region | null };
  /** No country has the calling code after the `+` or `00`. */
  readonly number_unknown_country: Readonly<Record<never, never>>;
  /** The text names an extension of a switchboard. */
  readonly number_extension: Readonly<Record<never, never>>;
  /** Only when texts are needed: a fixed line, or an internet line (`VOIP`), which texts do not reach. */
  readonly number_landline: { readonly region: Region; readonly type: 'FIXED_LINE' | 'VOIP' };
  readonly number_premium: { readonly region: Region | null };
  readonly number_toll_free: { readonly region: Region | null };
  /** Not one person's own line: shared cost, company-wide, pager, voicemail, call forwarding, satellite, unknown. */
  readonly number_not_personal: { readonly region: Region | null; readonly type: NumberType | null };
  /** The shop takes no numbers of `region` for this, but those of `countries`. */
  readonly number_country: { readonly region: Region; readonly countries: readonly Region[] };
  /** An emergency number, such as `112`; `number` is that public number. */
  readonly number_emergency: { readonly number: string };
}

/** A refusal with the details of its code. */
export type PhoneRefusal = {
  [Code in PhoneRefusalCode]: {
    readonly kind: 'refused';
    readonly code: Code;
    readonly details: PhoneRefusalDetails[Code];
  };
}[PhoneRefusalCode];

/**
 * An accepted number. `region` is the number's own, which may differ from the region chosen on screen; null for a satellite's or a
 * freephone number of no country, which can only be stopped.
 */
export interface PhoneAccepted {
  readonly kind: 'ok';
  readonly number: PhoneNumber;
  /** As written inside its country, grouped: `06 12 34 56 78`. */
  readonly national: string;
  /** As written abroad, grouped: `+33 6 12 34 56 78`. */
  readonly international: string;
  readonly region: Region | null;
}

/** Still being typed. `missing` is the fewest digits that could complete it, 1 or more; absent when it is not known. */
export interface PhoneIncomplete {
  readonly kind: 'incomplete';
  readonly missing?: number;
}

/** The judgement of a typed number. */
export type PhoneVerdict = { readonly kind: 'empty' } | PhoneIncomplete | PhoneAccepted | PhoneRefusal;

/** Makes a refusal, tying the code to its details. */
export function refuse<Code extends PhoneRefusalCode>(
  code: Code,
  details: PhoneRefusalDetails[Code],
): Extract<PhoneRefusal, { code: Code }> {
  return { kind: 'refused', code, details } as Extract<PhoneRefusal, { code: Code }>;
}
