import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkFolder, checkMessages } from '../../tools/check-messages.ts';

const use = (...ids: string[]) => ids.map((id) => `say('${id}')`);

test('the messages of the screens are complete', () => {
  expect(checkFolder(fileURLToPath(new URL('../../renderer', import.meta.url)))).toEqual([]);
});

test('a message that one language lacks is named with the language', () => {
  const problems = checkMessages({ en: { 'a.b': 'Yes' }, ar: {} }, use('a.b'));
  expect(problems).toEqual(['a.b: missing in ar']);
});

test('a message that no screen uses is named', () => {
  const both = { 'a.b': 'Yes', 'a.c': 'No' };
  expect(checkMessages({ en: both, fr: both }, use('a.b'))).toEqual(['a.c: no screen uses it']);
});

test('a message that a screen uses and nobody wrote is named', () => {
  expect(checkMessages({ en: { 'a.b': 'Yes' } }, use('a.b', 'a.d'))).toEqual([
    'a.d: used by the screens, but no language has it',
  ]);
});

test('arguments that differ between languages are named, also inside plural forms', () => {
  const en = { 'a.b': '{count, plural, one {# day in {country}} other {# days}}' };
  const fr = { 'a.b': '{count, plural, one {# jour} many {# de jours} other {# jours}}' };
  const [problem] = checkMessages({ en, fr }, use('a.b'));
  expect(problem).toBe('a.b: the arguments differ: en {count, country}; fr {count}');
});

test('a plural form that the language needs is named', () => {
  const text = '{count, plural, one {# day} other {# days}}';
  const problems = checkMessages({ en: { 'a.b': text }, ar: { 'a.b': text } }, use('a.b'));
  expect(problems).toEqual(['zero', 'two', 'few', 'many'].map((form) => `a.b: ar has no plural form "${form}"`));
});

test('a text that is no ICU message is named', () => {
  const [problem] = checkMessages({ en: { 'a.b': 'Hello {name' } }, use('a.b'));
  expect(problem).toMatch(/^a\.b: en is not an ICU message/);
});
