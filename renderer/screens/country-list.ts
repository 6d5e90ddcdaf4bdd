import type { Region } from '../../shared/phone/plan.ts';
import type { FoundRegion } from '../../shared/phone/regions.ts';

/** A country in the list; under the last of the likely ones a line is drawn. */
export interface ListedCountry extends FoundRegion {
  readonly endsLikely: boolean;
}

const mostLikely = 6;

/** The country where most people who speak the language live. */
const homeOf = (language: string): string | undefined => new Intl.Locale(language).maximize().region;

/**
 * The likely countries first: the shop's own, the one shown now, and those of the languages that its customers speak; then all
 * others by name.
 */
export function likelyFirst(
  all: readonly FoundRegion[],
  { own, shown, languages }: { own: string; shown: Region; languages: readonly string[] },
): ListedCountry[] {
  const wanted = [...new Set([own, shown, ...languages.map(homeOf)])];
  const likely = wanted.flatMap((region) => all.filter((each) => each.region === region)).slice(0, mostLikely);
  const others = all.filter((each) => !likely.includes(each));
  return [...likely, ...others].map((each) => ({ ...each, endsLikely: each === likely.at(-1) }));
}

export const plainly = (found: readonly FoundRegion[]): ListedCountry[] =>
  found.map((each) => ({ ...each, endsLikely: false }));

export function initials(all: readonly { name: string }[], locale: string): string[] {
  return [...new Set(all.map(({ name }) => initial(name, locale)))].sort(new Intl.Collator(locale).compare);
}

/** The letter under which people look a name up: no article, no accent. */
export function initial(name: string, locale: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').replace(/^ال/u, '');
  const [first = ''] = plain;
  return first.toLocaleUpperCase(locale);
}
