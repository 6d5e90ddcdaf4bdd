import { type CountryRules, takenFor } from '../../../shared/phone/countries.ts';
import { classify, type PhoneNumber } from '../../../shared/phone/number.ts';
import { readCallingCode, regionsOfCallingCode } from '../../../shared/phone/plan.ts';

declare const mayBeTexted: unique symbol;

/** A number that a text may go to. Made here and nowhere else, so that no text goes past the rules. */
export type Recipient = PhoneNumber & { readonly [mayBeTexted]: true };

/**
 * The number as a recipient, or null if the shop sends no texts to its country: then none goes there, of whatever kind. Numbers at
 * extra cost and of no country are never texted. One that this server's metadata does not know was valid where it was taken; it counts
 * as allowed where every country of its calling code is.
 */
export function recipientIn({ countries }: { countries: CountryRules }, number: PhoneNumber): Recipient | null {
  const { type, region } = classify(number);
  if (type === 'PREMIUM_RATE') return null;
  const regions = region === null ? regionsBehind(number) : [region];
  const texted = takenFor('texts', countries);
  const allowed = regions.length > 0 && (texted === 'all' || regions.every((each) => texted.includes(each)));
  return allowed ? (number as Recipient) : null;
}

function regionsBehind(number: PhoneNumber) {
  const reading = readCallingCode(number.slice(1));
  return reading.kind === 'whole' ? regionsOfCallingCode(reading.callingCode) : [];
}
