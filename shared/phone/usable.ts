/**
 * What a number may be used for, once it is known which it is. Pure.
 */
import { type CountryRules, takenFor } from './countries.ts';
import type { Classification } from './number.ts';
import { type PhoneRefusal, type PhoneUse, refuse } from './verdict.ts';

/** Why a number cannot be used for this in a shop with these rules, or null if it can: it is one person's own line, and texts reach it. */
export function refusalFor(
  { valid, type, line, region }: Classification,
  use: PhoneUse,
  rules: CountryRules,
): PhoneRefusal | null {
  if (!valid) return refuse('number_impossible', { region });
  if (use === 'stop') return null;
  if (type === 'PREMIUM_RATE') return refuse('number_premium', { region });
  if (type === 'TOLL_FREE') return refuse('number_toll_free', { region });
  const personal = line !== 'other' || type === 'VOIP';
  if (region === null || !personal) return refuse('number_not_personal', { region, type });
  const countries = takenFor(use, rules);
  if (countries !== 'all' && !countries.includes(region)) return refuse('number_country', { region, countries });
  if (use === 'texts' && (type === 'FIXED_LINE' || type === 'VOIP')) return refuse('number_landline', { region, type });
  return null;
}
