import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkConfigurations, checkFolder, checkMessages } from '../../tools/checks/messages.ts';

const use = (...ids: string[]) => ids.map((id) => `say('${id}')`);

test('the messages of the screens are complete', () => {
  expect(checkFolder(fileURLToPath(new URL('../../renderer', import.meta.url)))).toEqual([]);
});

test('the texts of the demo shops are plain', () => {
  expect(checkConfigurations(fileURLToPath(new URL('../../server/modules/configuration', import.meta.url)))).toEqual(
    [],
  );
});

test('a sentence of more than fifteen words is named, also inside a plural form', () => {
  const words = (count: number) => `${Array(count).fill('one').join(' ')}.`;
  const plural = (count: number) => `{n, plural, one {Short. Also short.} other {{n} ${words(count)}}}`;
  expect(checkMessages({ en: { 'a.b': `${words(15)} ${words(15)}`, 'a.c': plural(14) } }, use('a.b', 'a.c'))).toEqual(
    [],
  );
  expect(checkMessages({ en: { 'a.b': words(16) } }, use('a.b'))).toEqual([
    `a.b: en has a sentence that is too long: ${words(16)}`,
  ]);
  expect(checkMessages({ en: { 'a.c': plural(15) } }, use('a.c'))).toEqual([
    `a.c: en has a sentence that is too long: 1 ${words(15)}`,
  ]);
});

test('staff read longer sentences', () => {
  const text = `${Array(16).fill('one').join(' ')}.`;
  expect(checkMessages({ en: { 'manager.b': text } }, use('manager.b'))).toEqual([]);
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
