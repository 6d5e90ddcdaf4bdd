/** The part of a configuration, or of a half-right source of one, that has to be there once in each language. */
export interface LanguageParts {
  readonly languages: readonly string[];
  readonly words: readonly { readonly language: string }[];
  readonly notices: readonly SpokenNotice[];
  readonly privacyNotices: readonly { readonly language: string }[];
}

interface SpokenNotice {
  readonly language: string;
  readonly purpose: string;
  readonly boxes: readonly { readonly channel: string }[];
}

/** Where something is wrong (a path), and what, for whoever has to mend it. */
export interface ConfigurationProblem {
  readonly place: string;
  readonly problem: string;
}

/** `German (de)`. The names are loaded when somebody is told one, and not at the kiosk's start: that takes hundreds of milliseconds. */
export function languageName(language: string): string {
  try {
    const names = new Intl.DisplayNames(['en'], { type: 'language' });
    return `${names.of(language) ?? language} (${language})`;
  } catch {
    return language;
  }
}

/** What a language lacks that the first one has: words, privacy notice, and every purpose with the same boxes in the same order. */
export function languageProblems({ languages, words, notices, privacyNotices }: LanguageParts): ConfigurationProblem[] {
  const [first = '', ...others] = languages;
  const missing = (place: string, what: string, parts: readonly { readonly language: string }[]) =>
    languages
      .filter((language) => !parts.some((part) => part.language === language))
      .map((language) => ({ place, problem: `no ${what} in ${languageName(language)}` }));
  return [
    ...missing('words', 'words', words),
    ...others.flatMap((language) => noticeProblems(notices, first, language)),
    ...missing('privacyNotices', 'privacy notice', privacyNotices),
  ];
}

function noticeProblems(notices: readonly SpokenNotice[], first: string, language: string): ConfigurationProblem[] {
  const inFirst = notices.filter((notice) => notice.language === first);
  const inOther = notices.filter((notice) => notice.language === language);
  const boxes = (all: readonly SpokenNotice[]) =>
    all.flatMap((one) => one.boxes.map((box) => `${one.purpose}/${box.channel}`));
  if (boxes(inFirst).join() === boxes(inOther).join()) return [];
  const purposes = (all: readonly SpokenNotice[]) => [...new Set(all.map(({ purpose }) => purpose))];
  const [here, there] = [purposes(inFirst), purposes(inOther)];
  const unlike = [
    ...here
      .filter((purpose) => !there.includes(purpose))
      .map((purpose) => `no notice of the purpose ${purpose} in ${languageName(language)}`),
    ...there
      .filter((purpose) => !here.includes(purpose))
      .map((purpose) => `the purpose ${purpose} is in ${languageName(language)} and not in ${languageName(first)}`),
  ];
  if (unlike.length > 0) return unlike.map((problem) => ({ place: 'notices', problem }));
  const of = (purpose: string, all: readonly SpokenNotice[]) =>
    boxes(all.filter((notice) => notice.purpose === purpose))
      .map((box) => box.split('/')[1])
      .join(', ');
  const different = here.filter((purpose) => of(purpose, inFirst) !== of(purpose, inOther));
  if (different.length === 0) {
    const problem = `in ${languageName(language)} the purposes stand as ${there.join(', ')}; same order as in ${languageName(first)}: ${here.join(', ')}`;
    return [{ place: 'notices', problem }];
  }
  return different.map((purpose) => ({
    place: `notices.${notices.findIndex((notice) => notice.language === language && notice.purpose === purpose)}.boxes`,
    problem: `${purpose} has ${of(purpose, inOther)} in ${languageName(language)}; same boxes in the same order as in ${languageName(first)}: ${of(purpose, inFirst)}`,
  }));
}
