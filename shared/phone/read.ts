/**
 * Which number a string of digits is. Pure, and knows nothing of what the number is wanted for: in one shop the same digits are
 * the same number on every screen, so that whoever stops messages stops them for the number that agreed.
 */
import type { PhoneNumber as ParsedNumber } from 'libphonenumber-js/max';
import { type Dialling, diallings } from './dialling.ts';
import { normaliseDigits } from './digits.ts';
import { type Classification, classify } from './number.ts';
import { callingCodeOf, type Region } from './plan.ts';

/** A number that exists. */
export interface ReadNumber {
  readonly parsed: ParsedNumber;
  readonly classification: Classification;
}

/** How near to what people leave at a counter. */
function likelihood({ line, type }: Classification): number {
  if (line === 'mobile' || line === 'either') return 2;
  return line === 'fixed' || type === 'VOIP' ? 1 : 0;
}

/**
 * The number that the digits are, or null if they are none that exists. Where they can be several, the first of these rules that
 * tells them apart decides:
 *
 * 1. A number of the shop's own country comes before one of another: in Korea `0082 10 ...` is Korean, although `008` is also an
 *    international prefix there and `20` Egypt.
 * 2. What can be a mobile comes before a landline, and that before all other kinds: in Germany `4915123456651` is the mobile
 *    +49 1512 3456651 with its plus left out, and not a landline of Leer. Whoever has the landline says it with the 0 in front,
 *    or with the plus, as everybody writes it.
 * 3. What was dialled with `00` comes first, then the region's own international prefix, then the national form, then the
 *    calling code without a plus.
 */
export function bestOf(ways: readonly Dialling[]): ReadNumber | null {
  let best: (ReadNumber & { readonly rank: number }) | null = null;
  for (const { parsed: numbers, own } of ways) {
    for (const parsed of numbers) {
      const classification = classify(parsed.number);
      const rank = likelihood(classification) + (own ? 3 : 0);
      if (classification.valid && (best === null || rank > best.rank)) best = { parsed, classification, rank };
    }
  }
  return best;
}

/**
 * The country to show beside the digits. The chosen one, until what is typed speaks of another: by its calling code, or by being
 * a number of another one (`0690 00 12 34` in France is Guadeloupe's).
 */
export function countryOf(typed: string, chosen: Region): Region {
  const read = normaliseDigits(typed);
  if (read.kind === 'refused') return chosen;
  const ways = diallings(read.digits, chosen);
  const region = bestOf(ways)?.classification.region ?? null;
  if (region !== null) return callingCodeOf(region) === callingCodeOf(chosen) ? chosen : region;
  const prefixed = ways.flatMap((way) => (way.kind === 'region' && way.prefixed ? [way] : []));
  return (prefixed.find(({ own }) => own) ?? prefixed[0])?.region ?? chosen;
}

/**
 * What was typed, once the customer says by hand that it is a number of `next`: the calling code of another country gives way to
 * its own, and digits without one stay as they are.
 */
export function movedTo(next: Region, typed: string, chosen: Region): string {
  const read = normaliseDigits(typed);
  if (read.kind === 'refused') return typed;
  const shown = countryOf(read.digits, chosen);
  const callingCode = callingCodeOf(next);
  const way = diallings(read.digits, chosen).find(
    (each) => each.kind === 'region' && each.prefixed && callingCodeOf(each.region) === callingCodeOf(shown),
  );
  if (way?.kind !== 'region' || callingCodeOf(shown) === callingCode) return read.digits;
  return way.typed === '' ? '' : `+${callingCode}${way.typed}`;
}
