/**
 * Which countries' numbers a shop takes. Pure.
 */
import type { Region } from './plan.ts';
import type { PhoneUse } from './verdict.ts';

/** Countries by ISO code, or every one there is. */
export type Countries = 'all' | readonly Region[];

/** As the configuration has them. */
export interface CountryRules {
  /** Whose numbers may be left at all. */
  readonly accepted: Countries;
  /** Which of those may be sent texts. */
  readonly texted: Countries;
}

export const everyCountry: CountryRules = { accepted: 'all', texted: 'all' };

/** Whose numbers may be left for this: for texts, what is accepted and may be texted. */
export function takenFor(use: PhoneUse, { accepted, texted }: CountryRules): Countries {
  if (use === 'stop') return 'all';
  if (use === 'calls' || texted === 'all') return accepted;
  return accepted === 'all' ? texted : accepted.filter((region) => texted.includes(region));
}
