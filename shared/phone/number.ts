/**
 * The phone number type of the whole project, and what kind of number a number is. Pure.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { z } from 'zod';
import { hasMobiles, type NumberType, type Region } from './plan.ts';

/** What the metadata says of a number. `type` is null when the number is not valid or its type is not known. */
export interface Classification {
  readonly valid: boolean;
  readonly type: NumberType | null;
  /** `either`: fixed line and mobile cannot be told apart (all of North America). `none`: not a valid number. */
  readonly line: 'mobile' | 'fixed' | 'either' | 'other' | 'none';
  /** Null for numbers of no region (`+800`, satellites) and where the region cannot be told. */
  readonly region: Region | null;
}

const notANumber: Classification = { valid: false, type: null, line: 'none', region: null };

function lineOf(type: NumberType | null): Classification['line'] {
  if (type === 'MOBILE') return 'mobile';
  if (type === 'FIXED_LINE') return 'fixed';
  return type === 'FIXED_LINE_OR_MOBILE' ? 'either' : 'other';
}

/**
 * Classifies a number in E.164 form (`+` and 2-15 digits, nothing else) by libphonenumber's full metadata. Anything that
 * is not exactly the E.164 form of a valid number (spaces, a trunk prefix after the calling code) is not valid.
 * Agrees with Google's own library but for the numbers in `test/shared/phone/disagreements.json`. Never throws.
 */
export function classify(number: string): Classification {
  if (!phoneNumberSchema.safeParse(number).success) return notANumber;
  const parsed = parsePhoneNumberFromString(number);
  if (parsed === undefined || parsed.number !== number) return notANumber;
  const told = parsed.getType() ?? null;
  // What has a type is valid; the library would find the type a second time to say so.
  if (told === null && !parsed.isValid()) return notANumber;
  const region = parsed.country ?? null;
  const noMobiles = told === 'FIXED_LINE_OR_MOBILE' && region !== null && !hasMobiles(region);
  const type = noMobiles ? 'FIXED_LINE' : told;
  return { valid: true, type, line: lineOf(type), region };
}

/**
 * A number that was accepted once and is carried, kept or looked up: exactly the form of E.164, and nothing about whether it exists.
 * Numbering plans change and metadata with them, and what was kept has to stay readable; whether a number is taken is decided where
 * it is typed (`judgeNumber`, and again before it is sealed). The error message never contains the number.
 */
export const phoneNumberSchema = z
  .string()
  .regex(/^\+[1-9]\d{1,14}$/, 'not the E.164 form of a number')
  .brand<'PhoneNumber'>();

/** A number in E.164 form, such as `+33612345678`: `+`, calling code, national number; 16 characters at most. */
export type PhoneNumber = z.infer<typeof phoneNumberSchema>;
