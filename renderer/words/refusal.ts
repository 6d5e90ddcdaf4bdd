import type { PhoneRefusalCode } from '../../shared/phone/verdict.ts';
import type { NumberProblem } from '../flow/context.ts';
import type { MessageId, Say } from './words.tsx';

/** Texts by refusal code: for a known country, and for none. */
const texts: Readonly<
  Record<Exclude<PhoneRefusalCode, 'number_country'>, { readonly here: MessageId; readonly anywhere: MessageId }>
> = {
  number_too_short: { here: 'refusal.number_too_short', anywhere: 'refusal.number_too_short_anywhere' },
  number_too_long: { here: 'refusal.number_too_long', anywhere: 'refusal.number_too_long_anywhere' },
  number_impossible: { here: 'refusal.number_impossible', anywhere: 'refusal.number_impossible_anywhere' },
  number_unknown_country: both('refusal.number_unknown_country'),
  number_extension: both('refusal.number_extension'),
  number_landline: both('refusal.number_landline'),
  number_premium: both('refusal.number_premium'),
  number_toll_free: both('refusal.number_toll_free'),
  number_not_personal: both('refusal.number_not_personal'),
  number_emergency: both('refusal.number_emergency'),
};

function both(id: MessageId) {
  return { here: id, anywhere: id };
}

/** More names than this do not fit beside the keys in large text; the list of countries has them. */
const mostCountries = 3;

/**
 * Why a number does not do, in words, for the person who typed it.
 * @param namesOf names of countries in the customer's language, as one list.
 */
export function refusalText(problem: NumberProblem, say: Say, namesOf: (regions: readonly string[]) => string): string {
  if (problem.kind === 'empty') return say('refusal.empty');
  if (problem.kind === 'same') return say('refusal.same');
  if (problem.code === 'number_country') {
    const { countries } = problem.details;
    if (countries.length > mostCountries) return say('refusal.number_country_many');
    return say('refusal.number_country', { countries: namesOf(countries) });
  }
  const region = 'region' in problem.details ? problem.details.region : null;
  if (problem.code === 'number_landline' && region === 'AR') return say('refusal.number_landline_argentina');
  const { here, anywhere } = texts[problem.code];
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(problem.details)) {
    if (typeof value === 'number' || typeof value === 'string') values[name] = value;
  }
  return region === null ? say(anywhere, values) : say(here, { ...values, country: namesOf([region]) });
}
