/**
 * The ways in which a string of digits can be meant in a shop's country: as dialled there, with an international prefix, or
 * with the country's own calling code and no plus. Pure.
 */
import { type PhoneNumber as ParsedNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { dialledAlike, writtenInstead, writtenOtherwise } from './habits.ts';
import { afterInternationalPrefix, callingCodeOf, type Region, readCallingCode, regionsOfCallingCode } from './plan.ts';

/** One way of understanding digits that a region's numbers can begin with. */
export interface RegionDialling {
  readonly kind: 'region';
  /** What can be meant, the likelier first: mostly one number or none, valid or not. */
  readonly parsed: readonly ParsedNumber[];
  /** The one of them that the region's own plan gives. */
  readonly plain: ParsedNumber | undefined;
  /** The shop's own region, or the first one of the typed calling code. */
  readonly region: Region;
  /** Regions whose numbers would fit here, that one among them. */
  readonly regions: readonly Region[];
  /** Digits after the calling code, as typed. */
  readonly typed: string;
  /** In the shop's own country. */
  readonly own: boolean;
  /** The calling code stands behind a plus or an international prefix. */
  readonly prefixed: boolean;
}

/** One way of understanding the digits; whether there is such a number is another question. */
export type Dialling =
  | RegionDialling
  /** A calling code of no region. */
  | {
      readonly kind: 'no_region';
      readonly parsed: readonly ParsedNumber[];
      readonly own: false;
      readonly digits: string;
    }
  /** No calling code begins like this, or it is not whole yet. */
  | { readonly kind: 'no_code'; readonly parsed: readonly []; readonly own: false; readonly begun: boolean };

type Parsed = readonly ParsedNumber[];

function parse(text: string, region?: Region): Parsed {
  const parsed = parsePhoneNumberFromString(text, region);
  return parsed === undefined ? [] : [parsed];
}

/** What else the digits may be, if the plan knows no such number. */
function otherwise(plain: Parsed, digits: string, region: Region): Parsed {
  if (plain.some((parsed) => parsed.isValid())) return [];
  return writtenOtherwise(digits, region).flatMap((number) => parse(number));
}

/** @param digits from the calling code on. */
function international(digits: string, chosen: Region | undefined, prefixed: boolean): Dialling {
  const reading = readCallingCode(digits);
  if (reading.kind !== 'whole') return { kind: 'no_code', parsed: [], own: false, begun: reading.kind === 'partial' };
  const { callingCode, rest: typed } = reading;
  const regions = regionsOfCallingCode(callingCode);
  const [first] = regions;
  if (first === undefined) return { kind: 'no_region', parsed: parse(`+${digits}`), own: false, digits };
  const own = chosen !== undefined && callingCodeOf(chosen) === callingCode;
  const region = own ? chosen : first;
  const plain = parse(`+${digits}`);
  const parsed = [...plain, ...otherwise(plain, typed, region)];
  return { kind: 'region', parsed, plain: plain[0], region, regions, typed, own, prefixed };
}

/** As dialled inside the region. */
function national(digits: string, region: Region): Dialling {
  const callingCode = callingCodeOf(region);
  // Behind an international prefix the library answers with a number of another country; that is not this reading.
  const plain = parse(digits, region).filter((parsed) => parsed.countryCallingCode === callingCode);
  const instead = writtenInstead(digits, region).flatMap((number) => parse(number));
  const parsed = [...instead, ...plain, ...otherwise(plain, digits, region)];
  const regions = [...regionsOfCallingCode(callingCode), ...dialledAlike(region)];
  return { kind: 'region', parsed, plain: plain[0], region, regions, typed: digits, own: true, prefixed: false };
}

/**
 * Every way that makes sense in a shop in `region`, the likelier first.
 * @param typed ASCII digits with at most a leading `+`. No calling code begins with a zero: a plus in front of one is a slip
 * (`+0044`, `+06 12`) and counts for nothing.
 */
export function diallings(typed: string, region: Region | undefined): readonly Dialling[] {
  if (/^\+[1-9]/.test(typed)) return [international(typed.slice(1), region, true)];
  const digits = typed.replace('+', '');
  const abroad = new Set<string>();
  // A traveller writes 00, whatever that means in the country they are in.
  if (digits.startsWith('00')) abroad.add(digits.slice(2));
  const rest = region === undefined ? null : afterInternationalPrefix(digits, region);
  if (rest !== null) abroad.add(rest);
  const prefixed = [...abroad].map((each) => international(each, region, true));
  if (region === undefined) return prefixed;
  const plusLeftOut = digits.startsWith(callingCodeOf(region)) ? [international(digits, region, false)] : [];
  return [...prefixed, national(digits, region), ...plusLeftOut];
}
