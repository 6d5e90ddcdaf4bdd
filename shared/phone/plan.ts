/**
 * Typed, cached view of the numbering plans in libphonenumber-js's full metadata. Reads nothing but the package's data.
 *
 * The caches fill on first use and are bounded by the number of regions (245) and number types; nothing depends on what
 * a customer types, so they carry nothing from one session to the next.
 */
import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  Metadata,
  type PhoneNumberType,
} from 'libphonenumber-js/max';
import { compilePattern, type NumberPattern } from './pattern.ts';

/** A region with its own numbering plan: ISO 3166-1 alpha-2, or AC, TA and XK, which CLDR and libphonenumber add. */
export type Region = CountryCode;

/** Number types by libphonenumber's names. */
export type NumberType = PhoneNumberType;

export const numberTypes: readonly NumberType[] = [
  'MOBILE',
  'FIXED_LINE',
  'FIXED_LINE_OR_MOBILE',
  'VOIP',
  'PERSONAL_NUMBER',
  'SHARED_COST',
  'UAN',
  'PAGER',
  'VOICEMAIL',
  'TOLL_FREE',
  'PREMIUM_RATE',
];

interface TypePlan {
  pattern(): string;
  possibleLengths(): number[] | undefined;
}

/** The part of the library's numbering plan that its published types leave out (source/metadata.js). */
interface FullPlan {
  possibleLengths(): number[];
  IDDPrefix(): string;
  nationalPrefix(): string | undefined;
  nationalPrefixForParsing(): string | undefined;
  nationalPrefixTransformRule(): string | undefined;
  type(type: string): TypePlan | undefined;
}

const plans = new Map<Region, FullPlan>();

function planOf(region: Region): FullPlan {
  const kept = plans.get(region);
  if (kept !== undefined) return kept;
  const metadata = new Metadata();
  metadata.selectNumberingPlan(region);
  const plan = metadata.numberingPlan as unknown as FullPlan;
  plans.set(region, plan);
  return plan;
}

let callingCodes: ReadonlyMap<string, readonly Region[]> | undefined;

/** A method of the library's that its types leave out; the country that a shared code is named after comes first. */
interface SharedCodes {
  getCountryCodesForCallingCode(callingCode: string): Region[] | undefined;
}

function regionsByCallingCode(): ReadonlyMap<string, readonly Region[]> {
  if (callingCodes !== undefined) return callingCodes;
  const metadata = new Metadata() as unknown as SharedCodes;
  const codes = new Set(getCountries().map((region) => getCountryCallingCode(region) as string));
  callingCodes = new Map([...codes].map((code) => [code, metadata.getCountryCodesForCallingCode(code) ?? []]));
  return callingCodes;
}

/** Regions that share a calling code (digits without `+`), its main country first; empty for a code that is not geographic or does not exist. */
export function regionsOfCallingCode(callingCode: string): readonly Region[] {
  return regionsByCallingCode().get(callingCode) ?? [];
}

/**
 * Calling codes of no region: free and shared-cost numbers, satellites, networks (ITU-T E.164 Annex A), as in the
 * metadata's `nonGeographic` list.
 */
export const nonGeographicCallingCodes = ['800', '808', '870', '878', '881', '882', '883', '888', '979'] as const;

/** How digits after a `+` begin: with a whole calling code, with the beginning of one, or with none that exists. */
export type CallingCodeReading =
  | { readonly kind: 'whole'; readonly callingCode: string; readonly rest: string }
  | { readonly kind: 'partial' | 'unknown' };

/** Splits digits (no `+`) into calling code and the rest. No calling code is the beginning of another (E.164 §6.2.1). */
export function readCallingCode(digits: string): CallingCodeReading {
  for (let length = 1; length <= Math.min(3, digits.length); length += 1) {
    const callingCode = digits.slice(0, length);
    const known = regionsOfCallingCode(callingCode).length > 0 || nonGeographic(callingCode);
    if (known) return { kind: 'whole', callingCode, rest: digits.slice(length) };
  }
  const begun = [...regionsByCallingCode().keys(), ...nonGeographicCallingCodes].some((code) =>
    code.startsWith(digits),
  );
  return { kind: begun ? 'partial' : 'unknown' };
}

function nonGeographic(callingCode: string): boolean {
  return nonGeographicCallingCodes.some((code) => code === callingCode);
}

/** Calling code of a region, digits without `+`. */
export function callingCodeOf(region: Region): string {
  return getCountryCallingCode(region);
}

/** Digits after the region's own international prefix (`011` in the United States), or null if there is none. */
export function afterInternationalPrefix(digits: string, region: Region): string | null {
  const match = new RegExp(`^(?:${planOf(region).IDDPrefix()})`).exec(digits);
  return match === null || match[0] === '' ? null : digits.slice(match[0].length);
}

/**
 * National digits without the trunk prefix (`0` in France, `8` in Belarus), if they begin with it. Unlike the library's own
 * reading this works for half-typed numbers; it leaves carrier codes alone.
 */
export function withoutNationalPrefix(digits: string, region: Region): string {
  const prefix = planOf(region).nationalPrefix();
  return prefix !== undefined && prefix !== '' && digits.startsWith(prefix) ? digits.slice(prefix.length) : digits;
}

/**
 * National digits without whatever the plan lets people dial in front of them: trunk prefix, carrier code (`80` in Belarus,
 * `0 3` in Colombia). Unchanged where the plan also rewrites what follows; the library's own parsing covers those.
 */
export function withoutDialledPrefix(digits: string, region: Region): string {
  const plan = planOf(region);
  const pattern = plan.nationalPrefixForParsing();
  if (pattern === undefined || pattern === '' || plan.nationalPrefixTransformRule()) return digits;
  return digits.replace(new RegExp(`^(?:${pattern})`), '');
}

/**
 * Most digits a whole number takes when it is dialled with a carrier code (Brazil `0 15 11 96123 4567`), with the mobile
 * infix (Argentina `0 11 15 2345 6789`) or with a retired prefix (Mexico `044 55 1234 5678`), if `digits` could be the beginning
 * of one; else null. So dialled, the beginning of a number says nothing yet about the number.
 */
export function longestDialling(digits: string, region: Region): number | null {
  if (region === 'AR' || (region === 'MX' && digits.startsWith('0'))) return 13;
  if (region === 'MX' && digits.startsWith('1')) return 11;
  return region === 'BR' && /^9?0/.test(digits) ? 15 : null;
}

/** Most digits, after the trunk prefix, that any number of the region has. */
export function longestNumber(region: Region): number {
  return Math.max(...planOf(region).possibleLengths());
}

/**
 * Whether the region has mobiles at all. The library itself takes a plan without any for one whose mobiles share the fixed
 * lines' numbers (Tristan da Cunha is the only one).
 */
export function hasMobiles(region: Region): boolean {
  return planOf(region).type('MOBILE') !== undefined;
}

const patterns = new Map<string, NumberPattern | null>();

/**
 * Pattern of one type of number of a region, or null if the region has none. Where mobiles share the fixed lines' pattern
 * (North America), the metadata leaves the mobile pattern empty; both types then give the fixed lines'.
 */
export function patternOf(region: Region, type: NumberType): NumberPattern | null {
  const key = `${region} ${type}`;
  const kept = patterns.get(key);
  if (kept !== undefined) return kept;
  const plan = planOf(region);
  const own = plan.type(type);
  const shared = own?.pattern() === '' && type === 'MOBILE' ? plan.type('FIXED_LINE') : own;
  const source = shared?.pattern();
  const pattern = source ? compilePattern(source, shared?.possibleLengths() ?? plan.possibleLengths()) : null;
  patterns.set(key, pattern);
  return pattern;
}
