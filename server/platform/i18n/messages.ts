import ar from './ar.json' with { type: 'json' };
import de from './de.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };
import es from './es.json' with { type: 'json' };
import fr from './fr.json' with { type: 'json' };

/** Texts and pages that the server itself writes to customers. A language that lacks one does not compile. */
export const languages = { ar, de, en, es, fr } satisfies Record<string, typeof en>;
export type Language = keyof typeof languages;
export type Word = keyof typeof en;

/** The language to use for a tag such as `pt-BR`: itself, its base, or English. */
export function spokenIn(tag: string): Language {
  const base = tag.toLowerCase().split('-')[0] ?? '';
  return Object.hasOwn(languages, base) ? (base as Language) : 'en';
}

/** The first language of an Accept-Language header (RFC 9110 section 12.5.4) that there are words in, or null. */
export function preferredOf(acceptLanguage: string | undefined): Language | null {
  const tags = (acceptLanguage ?? '').slice(0, 200).split(',');
  const bases = tags.map((tag) => (tag.split(';')[0] ?? '').trim().toLowerCase().split('-')[0] ?? '');
  return (bases.find((base) => Object.hasOwn(languages, base)) as Language | undefined) ?? null;
}

export const directionOf = (language: Language): 'ltr' | 'rtl' => (language === 'ar' ? 'rtl' : 'ltr');

/** @param values what stands in for `{name}`. */
export function say(language: Language, word: Word, values: Record<string, string> = {}): string {
  return languages[language][word].replaceAll(
    /\{([a-z]+)\}/g,
    (placeholder, name: string) => values[name] ?? placeholder,
  );
}
