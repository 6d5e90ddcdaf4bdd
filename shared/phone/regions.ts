/**
 * The regions a customer can choose from: names in the customer's language, search, and an example to show. Pure but for
 * the language data of the runtime (`Intl`).
 *
 * Names and search keys of a language are worked out once and kept for the last {@link keptLocales} languages.
 */
import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { z } from 'zod';
import { normaliseDigits } from './digits.ts';
import { callingCodeOf, type Region } from './plan.ts';

/** A region and its calling code, digits without `+`. */
export interface RegionEntry {
  readonly region: Region;
  readonly callingCode: string;
}

/** All 245 regions of the metadata, by ISO code. */
export function regions(): readonly RegionEntry[] {
  return getCountries().map((region) => ({ region, callingCode: callingCodeOf(region) }));
}

const supported: ReadonlySet<string> = new Set(getCountries());

/** Accepts a supported region's code in capitals, for configuration and contracts. */
export const regionSchema = z.custom<Region>((value) => typeof value === 'string' && supported.has(value), {
  error: 'not a supported region',
});

/** A mobile number of the region that nobody has, grouped as at home, for a placeholder; `+33 6 ...` form beside it. */
export interface ExampleNumber {
  readonly national: string;
  readonly international: string;
}

/**
 * Example mobile of a region (1.4 kB gzipped for all); a fixed line for Tristan da Cunha, which has no mobiles. Null if a
 * later version of the metadata lacks one.
 */
export function exampleMobile(region: Region): ExampleNumber | null {
  const example = getExampleNumber(region, examples);
  if (example === undefined) return null;
  return { national: example.formatNational(), international: example.formatInternational() };
}

/** English names and abbreviations that people type and CLDR does not use. */
const alsoCalled: Partial<Record<Region, string>> = {
  AE: 'UAE',
  CD: 'DRC',
  CI: 'Ivory Coast',
  CZ: 'Czech Republic',
  GB: 'UK Great Britain England Scotland Wales',
  NL: 'Holland',
  TR: 'Turkey',
  US: 'USA America',
  VA: 'Holy See',
};

/** Letters that Unicode does not decompose, and Arabic spellings that people use for one another. */
const sameLetter: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ى: 'ي',
  ة: 'ه',
};

/** Lower case, no diacritics, punctuation as single spaces. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\u0640]/gu, '')
    .toLowerCase()
    .replace(/[ßøæœłđðþıىة]/g, (letter) => sameLetter[letter] ?? letter)
    .replace(/[\p{P}\p{S}\s]+/gu, ' ')
    .trim();
}

interface Entry extends RegionEntry {
  readonly name: string;
  /** Folded names, each with a space in front of every word: the language's own, English, further names. */
  readonly keys: readonly string[];
}

interface Language {
  readonly names: Intl.DisplayNames;
  /** Sorted by name as the language sorts. Made on the first search. */
  entries: readonly Entry[] | null;
}

const keptLocales = 16;
const languages = new Map<string, Language>();

function knownLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

function languageOf(locale: string): Language {
  const kept = languages.get(locale);
  if (kept !== undefined) return kept;
  const language = { names: new Intl.DisplayNames([knownLocale(locale), 'en'], { type: 'region' }), entries: null };
  const [oldest] = languages.keys();
  if (languages.size >= keptLocales && oldest !== undefined) languages.delete(oldest);
  languages.set(locale, language);
  return language;
}

/**
 * Name of a region in the language of `locale` (BCP 47), in English if that is not a language tag the runtime knows, and
 * the ISO code if the region has no name at all.
 */
export function regionName(region: Region, locale: string): string {
  return languageOf(locale).names.of(region) ?? region;
}

function entriesOf(locale: string): readonly Entry[] {
  const language = languageOf(locale);
  if (language.entries !== null) return language.entries;
  const collator = new Intl.Collator([knownLocale(locale), 'en']);
  const made = regions().map(({ region, callingCode }) => {
    const name = regionName(region, locale);
    const texts = [name, regionName(region, 'en'), alsoCalled[region] ?? ''];
    return { region, callingCode, name, keys: texts.map((text) => ` ${fold(text)}`) };
  });
  language.entries = made.sort((a, b) => collator.compare(a.name, b.name));
  return language.entries;
}

/** How well a region fits: lower is better, null is not at all. */
function fitOf(entry: Entry, words: string, callingCode: string): number | null {
  if (callingCode !== '') {
    if (entry.callingCode === callingCode) return 0;
    return entry.callingCode.startsWith(callingCode) ? 1 : null;
  }
  const [own = '', ...others] = entry.keys;
  if (own === ` ${words}` || entry.region.toLowerCase() === words) return 0;
  if (own.startsWith(` ${words}`)) return 1;
  if (own.includes(` ${words}`)) return 2;
  if (others.some((key) => key.includes(` ${words}`))) return 3;
  return own.includes(words) ? 4 : null;
}

/** A found region, ready for a list row. */
export interface FoundRegion extends RegionEntry {
  readonly name: string;
}

/**
 * Regions that fit `query`, best first, then by name as the language of `locale` sorts: by name in that language or in
 * English (ignoring case, diacritics and punctuation), ISO code, or calling code with or without `+` and in any script's
 * digits. An empty query gives all regions by name. Never throws.
 */
export function searchRegions(query: string, locale: string): readonly FoundRegion[] {
  const words = fold(query);
  const read = normaliseDigits(query);
  const callingCode = read.kind === 'digits' && !/\p{L}/u.test(query) ? read.digits.replace('+', '') : '';
  const entries = entriesOf(locale);
  const ranked =
    words === '' && callingCode === ''
      ? entries.map((entry) => ({ entry, rank: 0 }))
      : entries.flatMap((entry) => {
          const rank = fitOf(entry, words, callingCode);
          return rank === null ? [] : [{ entry, rank }];
        });
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .map(({ entry: { region, callingCode: code, name } }) => ({ region, callingCode: code, name }));
}
