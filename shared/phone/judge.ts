/**
 * Judges a typed number: accepts it, says why not, or keeps quiet because it is not finished. Pure, never throws, and does
 * a bounded amount of work for any input (see `digits.ts`).
 *
 * @example
 * judgeNumber(draft, 'FR', { textsNeeded: true });                   // on every key
 * judgeNumber(draft, 'FR', { textsNeeded: true, submitted: true });  // on "continue"
 */
import { type PhoneNumber as ParsedNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { readTyped } from './digits.ts';
import { isEmergencyNumber } from './emergency.ts';
import { classify, e164Schema } from './number.ts';
import { digitsMissing } from './pattern.ts';
import {
  afterInternationalPrefix,
  callingCodeOf,
  longestDialling,
  longestNumber,
  type NumberType,
  patternOf,
  type Region,
  readCallingCode,
  regionsOfCallingCode,
  withoutDialledPrefix,
  withoutNationalPrefix,
} from './plan.ts';
import { judgeKind } from './usable.ts';
import { type PhoneRefusal, type PhoneVerdict, refuse } from './verdict.ts';

/** How to judge. */
export interface JudgeOptions {
  /** Texts will be sent to it: only lines that can be a mobile are accepted. */
  readonly textsNeeded: boolean;
  /** The customer says it is finished: what is too short is now refused instead of `incomplete`. Default false. */
  readonly submitted?: boolean;
}

/** Types accepted when texts are needed; FIXED_LINE_OR_MOBILE is covered, being the fixed pattern where they are shared. */
const textTypes: readonly NumberType[] = ['MOBILE'];
const callTypes: readonly NumberType[] = ['MOBILE', 'FIXED_LINE', 'VOIP'];

/** One way of reading the digits, judged. A higher rank is a better reading. */
interface Assessment {
  readonly verdict: PhoneVerdict;
  readonly rank: number;
}

const rankNowhere = -1;
const rankNothing = 0;
const rankUnfinished = 1;
const rankOtherLine = 2;
const rankAccepted = 3;

/** The verdict for a number that exists. */
function judgeExisting(parsed: ParsedNumber, textsNeeded: boolean): PhoneVerdict | null {
  const classification = classify(parsed.number);
  if (!classification.valid) return null;
  const kind = judgeKind(classification, textsNeeded);
  if (kind.kind === 'refused') return kind;
  return {
    kind: 'ok',
    number: e164Schema.parse(parsed.number),
    national: parsed.formatNational(),
    international: parsed.formatInternational(),
    region: kind.region,
  };
}

/** What the digits after the calling code lack, over every accepted type of every region with that calling code. */
interface Outlook {
  /** Fewest digits to add for an accepted number, 0 if it is one, null if nothing added makes it one. */
  readonly missing: number | null;
  /** Fewest digits of any accepted number. */
  readonly shortest: number;
  /** Digits to take off the end for an accepted number, or null if that does not make it one. */
  readonly surplus: number | null;
}

const mostSurplus = 5;

function outlook(readings: readonly string[], regions: readonly Region[], types: readonly NumberType[]): Outlook {
  let missing: number | null = null;
  let surplus: number | null = null;
  let shortest = Number.POSITIVE_INFINITY;
  for (const region of regions) {
    for (const type of types) {
      const pattern = patternOf(region, type);
      if (pattern === null) continue;
      shortest = Math.min(shortest, ...pattern.lengths);
      for (const digits of readings) {
        const more = digitsMissing(pattern, digits);
        if (more !== null) missing = Math.min(more, missing ?? more);
        for (let cut = 1; cut <= mostSurplus && cut < digits.length && cut < (surplus ?? mostSurplus + 1); cut += 1) {
          if (digitsMissing(pattern, digits.slice(0, -cut)) === 0) surplus = cut;
        }
      }
    }
  }
  return { missing, shortest, surplus };
}

interface Reading {
  /** The digits as the library should read them: `+` and calling code first, or national with `region`. */
  readonly parsed: ParsedNumber | undefined;
  /** Region that the refusal is about: the chosen one, or the first of the typed calling code. */
  readonly region: Region;
  /** Digits after the calling code, as typed. */
  readonly typed: string;
}

/** Judges digits that belong to a known region's calling code. */
function assess(reading: Reading, options: JudgeOptions): Assessment {
  const { parsed, region, typed } = reading;
  const existing = parsed === undefined ? null : judgeExisting(parsed, options.textsNeeded);
  if (existing?.kind === 'ok') return { verdict: existing, rank: rankAccepted };

  const callingCode = callingCodeOf(region);
  const stripped = withoutNationalPrefix(typed, region);
  const parsedHere = parsed?.countryCallingCode === callingCode ? parsed.nationalNumber : stripped;
  const readings = new Set([typed, stripped, withoutDialledPrefix(typed, region), parsedHere]);
  const regions = [region, ...regionsOfCallingCode(callingCode).filter((other) => other !== region)];
  const types = options.textsNeeded ? textTypes : callTypes;
  const { missing, shortest, surplus } = outlook([...readings], regions, types);
  const viable = missing !== null && missing > 0;

  if (options.submitted !== true) {
    if (viable) return { verdict: { kind: 'incomplete', missing }, rank: rankOtherLine };
    const longest = longestDialling(typed, region);
    if (longest !== null && typed.length < longest) return { verdict: { kind: 'incomplete' }, rank: rankUnfinished };
    if (stripped.length < shortest) {
      return { verdict: { kind: 'incomplete', missing: shortest - stripped.length }, rank: rankNothing };
    }
  }
  if (existing !== null)
    return { verdict: existing, rank: options.submitted === true ? rankOtherLine : rankUnfinished };
  if (viable) return { verdict: refuse('number_too_short', { missing, region }), rank: rankUnfinished };
  return { verdict: judgeLength(parsedHere, region, shortest, surplus), rank: rankNothing };
}

function judgeLength(digits: string, region: Region, shortest: number, surplus: number | null): PhoneRefusal {
  if (digits.length < shortest) return refuse('number_too_short', { missing: shortest - digits.length, region });
  const over = surplus ?? digits.length - longestNumber(region);
  if (over > 0) return refuse('number_too_long', { surplus: over, region, maximum: null });
  return refuse('number_impossible', { region });
}

/** Longest number of no region in the metadata, in digits with its calling code; E.164's own limit. */
const longestInternational = 15;

function assessNonGeographic(international: string, options: JudgeOptions): Assessment {
  const parsed = parsePhoneNumberFromString(international);
  const existing = parsed === undefined ? null : judgeExisting(parsed, options.textsNeeded);
  if (existing !== null) return { verdict: existing, rank: rankOtherLine };
  const surplus = international.length - 1 - longestInternational;
  if (surplus > 0) {
    return { verdict: refuse('number_too_long', { surplus, region: null, maximum: null }), rank: rankNothing };
  }
  if (options.submitted !== true) return { verdict: { kind: 'incomplete' }, rank: rankNothing };
  return { verdict: refuse('number_impossible', { region: null }), rank: rankNothing };
}

/** Judges digits that follow a `+` or an international prefix. */
function assessInternational(digits: string, chosen: Region | undefined, options: JudgeOptions): Assessment {
  const reading = readCallingCode(digits);
  if (reading.kind !== 'whole') {
    const unfinished = reading.kind === 'partial' && options.submitted !== true;
    const verdict: PhoneVerdict = unfinished ? { kind: 'incomplete' } : refuse('number_unknown_country', {});
    return { verdict, rank: unfinished ? rankNothing : rankNowhere };
  }
  const [first] = regionsOfCallingCode(reading.callingCode);
  if (first === undefined) return assessNonGeographic(`+${digits}`, options);
  const region = chosen !== undefined && callingCodeOf(chosen) === reading.callingCode ? chosen : first;
  return assess({ parsed: parsePhoneNumberFromString(`+${digits}`), region, typed: reading.rest }, options);
}

/** Every reading of the digits that makes sense for the region, the likelier first. */
function assessments(digits: string, region: Region | undefined, options: JudgeOptions): Assessment[] {
  if (digits.startsWith('+')) return [assessInternational(digits.slice(1), region, options)];
  const afterPrefix = new Set<string>();
  const rest = region === undefined ? null : afterInternationalPrefix(digits, region);
  if (rest !== null) afterPrefix.add(rest);
  if (digits.startsWith('00')) afterPrefix.add(digits.slice(2));
  const international = [...afterPrefix].map((each) => assessInternational(each, region, options));
  if (region === undefined) return international;
  const national = assess({ parsed: parsePhoneNumberFromString(digits, region), region, typed: digits }, options);
  const plusLeftOut = digits.startsWith(callingCodeOf(region)) ? [assessInternational(digits, region, options)] : [];
  return [...international, national, ...plusLeftOut];
}

/** The best reading; when several are equally unfinished, with the fewest digits that any of them lacks. */
function bestOf(all: readonly Assessment[]): Assessment | undefined {
  const rank = Math.max(...all.map((each) => each.rank));
  const equals = all.filter((each) => each.rank === rank);
  const [first] = equals;
  if (first?.verdict.kind !== 'incomplete') return first;
  const missing = equals.map(({ verdict }) => (verdict.kind === 'incomplete' ? verdict.missing : undefined));
  const known = missing.filter((each) => each !== undefined);
  const allKnown = known.length === missing.length;
  return { rank, verdict: allKnown ? { kind: 'incomplete', missing: Math.min(...known) } : { kind: 'incomplete' } };
}

/**
 * Judges `input`, as typed on a keypad or pasted, for a customer who chose `region`. A typed `+`, `00` or the region's own
 * international prefix is honoured, also into another country: the verdict tells the number's own region. Without a region
 * (undefined: an E.164 number that crosses a boundary) national digits are refused as `number_unknown_country`.
 *
 * - `empty`: no digits (a lone `+` counts as none).
 * - `incomplete`: only while typing; more digits can still make it an accepted number, or it is shorter than all of them.
 * - `ok`: a valid number, of a kind that texts can reach if they are needed; saved as `number`.
 * - `refused`: one of `phoneRefusalCodes`. While typing it is only said once the number has the length of an accepted
 *   number and no further digit can make it one, or its calling code does not exist; an emergency number is only named when
 *   submitted, since many ordinary numbers begin with its digits.
 *
 * North American mobiles cannot be told from fixed lines and are accepted. Personal numbers (call forwarding at the
 * caller's cost) and numbers of no region (satellites) are refused as `number_not_personal`.
 */
export function judgeNumber(input: string, region: Region | undefined, options: JudgeOptions): PhoneVerdict {
  const read = readTyped(input);
  if (read.kind === 'refused') {
    if (read.code === 'number_extension') return refuse('number_extension', {});
    return refuse('number_too_long', { surplus: null, region: null, maximum: read.maximum });
  }
  const { digits } = read;
  if (digits === '' || digits === '+') return { kind: 'empty' };
  const verdict = bestOf(assessments(digits, region, options))?.verdict ?? refuse('number_unknown_country', {});
  if (verdict.kind === 'refused' && isEmergencyNumber(digits, region)) {
    return refuse('number_emergency', { number: digits });
  }
  return verdict;
}
