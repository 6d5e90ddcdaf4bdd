import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfiguration, parseConfiguration } from '../../server/modules/configuration/loader.ts';

const folder = join(import.meta.dirname, '../../server/modules/configuration');
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const ageOf = (source: unknown) => parseConfiguration(source, 'shop.json').forStore('leeds-01', null).age;

const refusal = (problems: RegExp) =>
  expect.objectContaining({
    code: 'configuration_malformed',
    details: expect.objectContaining({ path: 'shop.json', problems: expect.stringMatching(problems) }),
  });

describe('the age question', () => {
  test('rule 18: comes from the pack of the United States', () => {
    const configuration = loadConfiguration(join(folder, 'demo-us.json')).forStore('oakland-01', null);
    expect(configuration.age).toEqual({ threshold: 13, guardian: true });
    expect(configuration).not.toHaveProperty('jurisdiction');
  });

  test.each([
    ['the law leaves it to the shop', { jurisdiction: 'GB' }, null],
    ['the shop wants it at the age of the law', { jurisdiction: 'ES', age: 'ask' }, { threshold: 14, guardian: true }],
    [
      'the shop has a stricter rule',
      { jurisdiction: 'DE', age: { threshold: 18, guardian: false } },
      { threshold: 18, guardian: false },
    ],
    ['the shop says no', { jurisdiction: 'FR', age: null }, null],
    ['no jurisdiction', { age: { threshold: 15, guardian: true } }, { threshold: 15, guardian: true }],
  ])('%s', (_, change, age) => {
    const { age: __, ...demo } = read('demo.json');
    expect(ageOf({ ...demo, ...change })).toEqual(age);
  });

  test.each([{}, { age: 'ask' }])('nobody says it: %j', (change) => {
    const { age: _, ...demo } = read('demo.json');
    expect(() => ageOf({ ...demo, ...change })).toThrow(refusal(/^age: needed/));
  });

  test('a jurisdiction without a pack', () => {
    expect(() => ageOf({ ...read('demo.json'), jurisdiction: 'XX' })).toThrow(refusal(/^jurisdiction: /));
  });
});

describe('rule 16: a source without what the call to action has to show is refused, and the message names the place', () => {
  test.each<[string, string, RegExp]>([
    ['program name', 'Alder & Pine', /^words\.0\.smallPrint \[English \(en\)\]: no name of the brand/],
    ['frequency', 'at most 4 messages a month', /^words\.0\.smallPrint \[English \(en\)\]: no number of messages/],
    [
      'rates',
      'Message and data rates may apply.',
      /^words\.0\.smallPrint \[English \(en\)\]: no "Message and data rates/,
    ],
    ['HELP', 'HELP', /^words\.0\.smallPrint \[English \(en\)\]: no HELP/],
    ['STOP', 'STOP', /^words\.0\.smallPrint \[English \(en\)\]: no STOP/],
    [
      'terms',
      'Terms: alderandpine.example/terms.',
      /^words\.0\.smallPrint \[English \(en\)\]: no address of the terms/,
    ],
    [
      'privacy policy',
      'Privacy policy: alderandpine.example/privacy.',
      /^words\.0\.smallPrint \[English \(en\)\]: no address of the privacy/,
    ],
    [
      'rule 12: no condition',
      'Consent is not a condition of purchase.',
      /^words\.0\.smallPrint \[English \(en\)\]: no statement that buying/,
    ],
  ])('%s', (_, words, message) => {
    const source = read('demo-us.json');
    source.words[0].smallPrint = source.words[0].smallPrint.replace(words, '');
    expect(() => ageOf(source)).toThrow(refusal(message));
  });

  test('no small print at all, in the second language only', () => {
    const source = read('demo-us.json');
    source.words[1].smallPrint = null;
    const count = 8;
    expect(() => ageOf(source)).toThrow(
      refusal(new RegExp(`^(words\\.1\\.smallPrint \\[Spanish \\(es\\)\\]: no .*(\n|$)){${count}}$`)),
    );
  });

  test('a language that the pack cannot check', () => {
    const source = read('demo-us.json');
    const inItalian = <T>(all: T[]): T[] => [...all, { ...all[0], language: 'it' } as T];
    const italian = { languages: ['en', 'es', 'it'], words: inItalian(source.words) };
    expect(() => ageOf({ ...source, ...italian })).toThrow(
      refusal(
        /words\.2\.smallPrint \[Italian \(it\)\]: the law of US-CA asks for rates, which cannot be checked in "it"/,
      ),
    );
  });
});

describe('rule 17: California', () => {
  test.each<[string, number, RegExp]>([
    ['notice at collection', 0, /^privacyNotices\.0 \[English \(en\)\]: no notice at collection/],
    ['financial incentive', 4, /^privacyNotices\.0 \[English \(en\)\]: no notice of financial incentive/],
    ['card payment', 2, /^privacyNotices\.0 \[English \(en\)\]: no statement that no number is needed to pay by card/],
  ])('%s', (_, section, message) => {
    const source = read('demo-us.json');
    source.privacyNotices[0].sections.splice(section, 1);
    expect(() => ageOf(source)).toThrow(refusal(message));
    expect(ageOf({ ...source, jurisdiction: 'US' })).toEqual({ threshold: 13, guardian: true });
  });
});
