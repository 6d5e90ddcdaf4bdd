/**
 * Judges a typed number: accepts it, says why not, or keeps quiet because it is not finished. Pure, never throws, and does
 * a bounded amount of work for any input (see `digits.ts`).
 *
 * @example
 * judgeNumber(draft, 'FR', { use: 'texts' });                   // on every key
 * judgeNumber(draft, 'FR', { use: 'texts', submitted: true });  // on "continue"
 */
import { type CountryRules, everyCountry } from './countries.ts';
import { type Dialling, diallings, type RegionDialling } from './dialling.ts';
import { readTyped } from './digits.ts';
import { isEmergencyNumber } from './emergency.ts';
import { phoneNumberSchema } from './number.ts';
import { digitsMissing } from './pattern.ts';
import {
  longestDialling,
  longestNumber,
  type NumberType,
  numberTypes,
  patternOf,
  type Region,
  withoutDialledPrefix,
  withoutNationalPrefix,
} from './plan.ts';
import { bestOf, type ReadNumber } from './read.ts';
import { refusalFor } from './usable.ts';
import { type PhoneIncomplete, type PhoneRefusal, type PhoneUse, type PhoneVerdict, refuse } from './verdict.ts';

/** How to judge. */
export interface JudgeOptions {
  /** What the number is wanted for. It decides whether the number is taken, and never which number it is. */
  readonly use: PhoneUse;
  /** The customer says it is finished: what is too short is now refused instead of `incomplete`. Default false. */
  readonly submitted?: boolean;
  /** Which countries' numbers the shop takes; all of them by default. */
  readonly countries?: CountryRules;
}

/** Types that can be a number for the use; FIXED_LINE_OR_MOBILE is covered, being the fixed pattern where they are shared. */
const typesFor: Readonly<Record<PhoneUse, readonly NumberType[]>> = {
  texts: ['MOBILE'],
  calls: ['MOBILE', 'FIXED_LINE', 'VOIP'],
  stop: numberTypes,
};

/** The verdict on a number that exists. */
function judgeExisting({ parsed, classification }: ReadNumber, { use, countries }: JudgeOptions): PhoneVerdict {
  const refusal = refusalFor(classification, use, countries ?? everyCountry);
  if (refusal !== null) return refusal;
  return {
    kind: 'ok',
    number: phoneNumberSchema.parse(parsed.number),
    national: parsed.formatNational(),
    international: parsed.formatInternational(),
    region: classification.region,
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

/** What one way of understanding the digits leaves to be said, as no number yet. The higher the rank, the nearer it is to one. */
interface Prospect {
  readonly verdict: PhoneIncomplete | PhoneRefusal;
  readonly rank: 0 | 1 | 2;
}

function prospectIn(way: RegionDialling, { use, submitted }: JudgeOptions): Prospect {
  const { plain, region, regions, typed } = way;
  const stripped = withoutNationalPrefix(typed, region);
  const digits: string = plain?.nationalNumber ?? stripped;
  const readings = new Set([typed, stripped, withoutDialledPrefix(typed, region), digits]);
  const { missing, shortest, surplus } = outlook([...readings], regions, typesFor[use]);
  const viable = missing !== null && missing > 0;
  if (submitted !== true) {
    if (viable) return { verdict: { kind: 'incomplete', missing }, rank: 2 };
    const longest = longestDialling(typed, region);
    if (longest !== null && typed.length < longest) return { verdict: { kind: 'incomplete' }, rank: 1 };
    if (stripped.length < shortest) {
      return { verdict: { kind: 'incomplete', missing: shortest - stripped.length }, rank: 0 };
    }
  }
  if (viable) return { verdict: refuse('number_too_short', { missing, region }), rank: 1 };
  return { verdict: judgeLength(digits, region, shortest, surplus), rank: 0 };
}

function judgeLength(digits: string, region: Region, shortest: number, surplus: number | null): PhoneRefusal {
  if (digits.length < shortest) return refuse('number_too_short', { missing: shortest - digits.length, region });
  const over = surplus ?? digits.length - longestNumber(region);
  if (over > 0) return refuse('number_too_long', { surplus: over, region, maximum: null });
  return refuse('number_impossible', { region });
}

/** Longest number of no region in the metadata, in digits with its calling code; E.164's own limit. */
const longestInternational = 15;

function prospectNowhere(digits: string, { submitted }: JudgeOptions): Prospect {
  const surplus = digits.length - longestInternational;
  if (surplus > 0) {
    return { verdict: refuse('number_too_long', { surplus, region: null, maximum: null }), rank: 0 };
  }
  if (submitted !== true) return { verdict: { kind: 'incomplete' }, rank: 0 };
  return { verdict: refuse('number_impossible', { region: null }), rank: 0 };
}

/** Null where no country's number begins like this. */
function prospectOf(way: Dialling, options: JudgeOptions): Prospect | null {
  if (way.kind === 'region') return prospectIn(way, options);
  if (way.kind === 'no_region') return prospectNowhere(way.digits, options);
  return way.begun && options.submitted !== true ? { verdict: { kind: 'incomplete' }, rank: 0 } : null;
}

/** The best prospect; when several are equally unfinished, with the fewest digits that any of them lacks. */
function bestProspect(all: readonly Prospect[]): Prospect['verdict'] | undefined {
  const rank = Math.max(...all.map((each) => each.rank));
  const equals = all.filter((each) => each.rank === rank).map(({ verdict }) => verdict);
  const [first] = equals;
  if (first?.kind !== 'incomplete') return first;
  const missing = equals.map((verdict) => (verdict.kind === 'incomplete' ? verdict.missing : undefined));
  const known = missing.filter((each) => each !== undefined);
  return known.length === missing.length ? { kind: 'incomplete', missing: Math.min(...known) } : { kind: 'incomplete' };
}

function judgeDigits(digits: string, region: Region | undefined, options: JudgeOptions): PhoneVerdict {
  const ways = diallings(digits, region);
  const number = bestOf(ways);
  const existing = number === null ? null : judgeExisting(number, options);
  if (existing?.kind === 'ok') return existing;
  const prospects = ways.map((way) => prospectOf(way, options)).filter((each) => each !== null);
  const best = bestProspect(prospects);
  if (existing !== null && best?.kind !== 'incomplete') return existing;
  return best ?? refuse('number_unknown_country', {});
}

/**
 * Judges `input`, as typed on a keypad or pasted, for a customer who chose `region`. Which number it is, `read.ts` decides from
 * the digits and the region alone; whether it is taken depends on the use and on the shop's countries. A typed `+`, `00` or the
 * region's own international prefix is honoured, also into another country: the verdict tells the number's own region. Without a
 * region (undefined: a number that crosses a boundary) national digits are refused as `number_unknown_country`.
 *
 * - `empty`: no digits (a lone `+` counts as none).
 * - `incomplete`: only while typing; more digits can still make it an accepted number, or it is shorter than all of them.
 * - `ok`: a number that exists and that the use can have; saved as `number`.
 * - `refused`: one of `phoneRefusalCodes`. While typing it is only said once the number has the length of an accepted
 *   number and no further digit can make it one, or its calling code does not exist; an emergency number is only named when
 *   submitted, since many ordinary numbers begin with its digits.
 *
 * North American mobiles cannot be told from fixed lines and are accepted. Personal numbers (call forwarding at the
 * caller's cost) and numbers of no region (satellites) are refused as `number_not_personal`. Whatever exists can be stopped.
 */
export function judgeNumber(input: string, region: Region | undefined, options: JudgeOptions): PhoneVerdict {
  const read = readTyped(input);
  if (read.kind === 'refused') {
    if (read.code === 'number_extension') return refuse('number_extension', {});
    return refuse('number_too_long', { surplus: null, region: null, maximum: read.maximum });
  }
  const { digits } = read;
  if (digits === '' || digits === '+') return { kind: 'empty' };
  const verdict = judgeDigits(digits, region, options);
  if (verdict.kind === 'refused' && isEmergencyNumber(digits, region)) {
    return refuse('number_emergency', { number: digits });
  }
  return verdict;
}
