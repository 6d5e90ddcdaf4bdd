import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import ar from '../../renderer/messages/ar.json' with { type: 'json' };
import de from '../../renderer/messages/de.json' with { type: 'json' };
import en from '../../renderer/messages/en.json' with { type: 'json' };
import es from '../../renderer/messages/es.json' with { type: 'json' };
import fr from '../../renderer/messages/fr.json' with { type: 'json' };
import { directionOf, languages, preferredOf, say, spokenIn, type Word } from '../../server/platform/i18n/messages.ts';

const words = Object.keys(languages.en) as Word[];
const placeholders = (text: string): string[] => [...text.matchAll(/\{[^}]*\}/g)].map(([name]) => name).sort();

describe.each(Object.entries(languages))('%s', (_language, texts) => {
  test('has every word, with the same placeholders, and none besides', () => {
    expect(Object.keys(texts)).toEqual(words);
    for (const word of words) {
      expect(texts[word].trim(), word).toBe(texts[word]);
      expect(texts[word].length, word).toBeGreaterThan(1);
      expect(placeholders(texts[word]), word).toEqual(placeholders(languages.en[word]));
    }
  });

  test('texts name the shop first and fit into one or two messages of a phone', () => {
    const values = { brand: 'Alder & Pine', code: '123456', link: `https://consent.example.com/m/${'x'.repeat(22)}` };
    for (const word of words.filter((each) => each.startsWith('sms.'))) {
      const text = Object.entries(values).reduce((all, [name, value]) => all.replace(`{${name}}`, value), texts[word]);
      expect(text).toMatch(/^Alder & Pine/);
      expect(text, word).not.toMatch(/[{}]/);
      // Two messages of 67 characters outside of the GSM alphabet, or of 153 inside it (3GPP TS 23.038).
      expect(text.length, word).toBeLessThanOrEqual(/[^ -~éèàìòùñüöäß¿¡]/.test(text) ? 134 : 160);
    }
  });
});

test('every word is used', () => {
  const source = globSync('server/**/*.ts')
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const isUsed = (word: string) => source.includes(`'${word}'`) || /^page\.(unknown|busy|broken)/.test(word);
  expect(words.filter((word) => !isUsed(word))).toEqual([]);
});

test('the text after a withdrawal offers nothing', () => {
  for (const texts of Object.values(languages)) expect(texts['sms.stopped']).not.toMatch(/\{link\}|http|\d/);
});

test.each([
  ['de-AT', 'de'],
  ['AR', 'ar'],
  ['pt-BR', 'en'],
  ['', 'en'],
  ['constructor', 'en'],
])('%j is spoken to in %s', (tag, language) => expect(spokenIn(tag)).toBe(language));

test.each([
  ['fr-CH, fr;q=0.9, en;q=0.8', 'fr'],
  ['xx, ES', 'es'],
  ['*', null],
  [undefined, null],
  [`${'x'.repeat(300)},fr`, null],
])('Accept-Language %j: %s', (header, language) => expect(preferredOf(header)).toBe(language));

test('values stand where they belong, and are never read as placeholders themselves', () => {
  expect(say('en', 'sms.code', { brand: '{code}$&', code: '123456' })).toMatch(/^\{code\}\$&: 123456 is/);
  expect([directionOf('ar'), directionOf('fr')]).toEqual(['rtl', 'ltr']);
});

test.each(Object.entries({ ar, de, en, es, fr }))(
  'found 34: %s: the kiosk and the page promise the same about when messages stop',
  (language, kiosk) => {
    const promise = kiosk['stopSaved.text'].slice(-40);
    expect(promise).toContain('10');
    expect(languages[language as keyof typeof languages]['page.stop.more'].slice(-40)).toBe(promise);
  },
);

test('found 34: the page says tú, as the kiosk does', () => {
  const polite =
    /\b(usted|le (enviamos|pediremos)|su (código|número|acuerdo|red)|confirme|mire|abra|espere|aceptó|dijo)\b/i;
  expect(Object.values(languages.es).filter((text) => polite.test(text))).toEqual([]);
});
