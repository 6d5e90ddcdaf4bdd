import { type ReactNode, useCallback, useLayoutEffect } from 'react';
import { IntlProvider, useIntl } from 'react-intl';
import ar from '../messages/ar.json';
import de from '../messages/de.json';
import en from '../messages/en.json';
import es from '../messages/es.json';
import fr from '../messages/fr.json';

/** Every text of the screens; a name that does not exist is a type error. */
export type MessageId = keyof typeof en;

const messages: Readonly<Record<string, Readonly<Record<MessageId, string>>>> = { en, es, fr, de, ar };
const rightToLeft: ReadonlySet<string> = new Set(['ar', 'fa', 'he', 'ur']);

function baseOf(language: string): string {
  return language.split('-', 1)[0] ?? language;
}

/** The languages that both the shop's configuration and the application's messages have; never none. */
export function speakable(languages: readonly string[]): readonly string[] {
  const known = languages.filter((language) => baseOf(language) in messages);
  return known.length > 0 ? known : languages.slice(0, 1);
}

/** The languages of the application, for screens that come before any configuration. */
export const ownLanguages: readonly string[] = Object.keys(messages);

/** The computer's language if the application has it. */
export function firstLanguage(): string {
  const wanted = baseOf(navigator.language);
  return wanted in messages ? wanted : 'en';
}

function directionOf(language: string): 'ltr' | 'rtl' {
  return rightToLeft.has(baseOf(language)) ? 'rtl' : 'ltr';
}

/** A language by the name its speakers give it. */
export function nameOf(language: string): string {
  const name = new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}

/** The language as it is written in that country: dates and figures differ more between countries than words do. */
const writtenIn = (language: string, country: string | undefined): string =>
  country === undefined || language.includes('-') ? language : `${language}-${country}`;

/**
 * Speaks `language` to everything inside, with dates and figures as the country writes them, and tells the document, so that
 * speech output and mirroring follow.
 */
export function Words({
  language,
  country,
  children,
}: {
  language: string;
  country?: string | undefined;
  children: ReactNode;
}) {
  useLayoutEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = directionOf(language);
  }, [language]);
  return (
    <IntlProvider locale={writtenIn(language, country)} defaultLocale="en" messages={messages[baseOf(language)] ?? en}>
      {children}
    </IntlProvider>
  );
}

export type Say = (id: MessageId, values?: Record<string, string | number>) => string;

/** `say('attract.start')`: the text in the language of the surrounding `Words`. */
export function useSay(): Say {
  const intl = useIntl();
  return useCallback((id, values) => intl.formatMessage({ id }, values), [intl]);
}
