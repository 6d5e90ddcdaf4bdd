import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfiguration } from '../../protocol/configuration.ts';
import { importPublicKey } from '../../protocol/signing.ts';
import { loadConfiguration, parseConfiguration } from '../../server/modules/configuration/loader.ts';
import { configurationSchema, signedConfigurationSchema } from '../../shared/configuration.ts';
import { CodedError } from '../../shared/errors.ts';
import { demoConfiguration, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const demo = () => JSON.parse(readFileSync(demoConfiguration, 'utf8'));

test("a kiosk gets its store's configuration, signed by the pinned key, and 304 when it has it", async () => {
  const kiosk = await server.enrol('mill-lane');
  const reply = await kiosk.request('GET', '/v1/configuration');
  const signed = signedConfigurationSchema.parse(JSON.parse(reply.text));
  const key = importPublicKey(kiosk.enrolment.signingKey.publicKey);
  expect(readConfiguration(signed, key).storeId).toBe('mill-lane');
  expect(signed).toEqual(kiosk.enrolment.configuration);
  const { etag = '' } = reply.headers;
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
    const again = await kiosk.request('GET', '/v1/configuration', undefined, { 'if-none-match': known });
    expect([again.status, again.text, again.headers.etag]).toEqual([304, '', etag]);
  }
  const changed = await kiosk.request('GET', '/v1/configuration', undefined, { 'if-none-match': '"other"' });
  expect(changed.status).toBe(200);
});

describe('a source with mistakes is refused, and the message names the place', () => {
  test.each<[string, (string | number)[], unknown, RegExp]>([
    ['missing name', ['brand', 'name'], undefined, /brand\.name/],
    ['accent that is no colour', ['brand', 'accent'], 'green', /brand\.accent/],
    ['unknown key', ['colour'], 'x', /^colour: there is no such field$/],
    ['empty label', ['notices', 1, 'boxes', 0, 'label'], '', /notices\.1\.boxes\.0\.label/],
    ['unknown channel', ['notices', 0, 'boxes', 0, 'channel'], 'pigeon', /notices\.0\.boxes\.0\.channel/],
    [
      'language without notices',
      ['languages', 5],
      'it',
      /^words: no words in Italian \(it\)\nnotices: no notice of the purpose loyalty in Italian \(it\)\n/,
    ],
    [
      'country that there is not',
      ['countries', 'accepted'],
      ['GB', 'XX'],
      /countries\.accepted\.1: not a supported region/,
    ],
    ['no country at all', ['countries', 'texted'], [], /countries\.texted: name one country/],
    [
      "shop's own country not accepted",
      ['countries', 'accepted'],
      ['FR'],
      /countries\.accepted: the shop's own country/,
    ],
    ['texts to nobody who is accepted', ['countries'], { accepted: ['GB'], texted: ['FR'] }, /countries\.texted: none/],
    [
      'found 34: a countdown shorter than WCAG 2.2.1 allows',
      ['timeouts', 'idleCountdownSeconds'],
      19,
      /timeouts\.idleCountdownSeconds: .*20/,
    ],
    [
      'found 34: a last screen too short to scan its code',
      ['timeouts', 'savedSeconds'],
      44,
      /timeouts\.savedSeconds: .*45/,
    ],
    ['found 34: a time zone that there is not', ['timeZone'], 'Europe/Leeds', /timeZone: .*such as Europe\/London/],
    ['found 34: no time zone', ['timeZone'], undefined, /timeZone/],
    [
      'hash written by hand',
      ['notices', 0, 'hash'],
      'x',
      /^notices\.0\.hash \[loyalty, English \(en\)\]: there is no such field$/,
    ],
  ])('%s', (_, place, value, message) => {
    const source = demo();
    const owner = place.slice(0, -1).reduce((part, key) => part[key], source);
    owner[place.at(-1) ?? ''] = value;
    expect(() => parseConfiguration(source, 'shop.json')).toThrow(
      expect.objectContaining({
        code: 'configuration_malformed',
        details: expect.objectContaining({ path: 'shop.json', problems: expect.stringMatching(message) }),
      }),
    );
  });

  test('found 12: a source that says nothing of countries takes and texts all of them', () => {
    const { countries: _, ...source } = demo();
    expect(parseConfiguration(source, 'shop.json').forStore('mill-lane', null).countries).toEqual({
      accepted: 'all',
      texted: 'all',
    });
  });

  test('no file, no JSON', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'countersign-')), 'shop.json');
    const refusal = (code: string, details: object) => expect.objectContaining({ code, details: { path, ...details } });
    expect(() => loadConfiguration(path)).toThrow(refusal('configuration_missing', {}));
    writeFileSync(path, '{\n');
    const problem = expect.stringMatching(/^line 2, column 1: /);
    expect(() => loadConfiguration(path)).toThrow(refusal('configuration_not_json', { problem }));
  });
});

describe('found 30: what is wrong is said with language, purpose and field, and all of it at once', () => {
  type Demo = { words: unknown[]; notices: { purpose: string; language: string; boxes: object[] }[] } & Record<
    string,
    unknown
  >;
  const problemsOf = (change: (source: Demo) => void): string[] => {
    const source = demo();
    change(source);
    try {
      parseConfiguration(source, 'shop.json');
    } catch (error) {
      return error instanceof CodedError ? String(error.details.problems).split('\n') : [String(error)];
    }
    return [];
  };
  const noticeOf = ({ notices }: Demo, purpose: string, language: string) => {
    const at = notices.findIndex((notice) => notice.purpose === purpose && notice.language === language);
    const notice = notices[at];
    if (notice === undefined) throw new Error(`no ${purpose} in ${language}`);
    return { at, notice };
  };

  test('boxes in another order than in English', () => {
    const problems = problemsOf((source) => noticeOf(source, 'marketing', 'de').notice.boxes.reverse());
    expect(problems).toEqual([
      expect.stringMatching(
        /^notices\.\d+\.boxes \[marketing, German \(de\)\]: marketing has call, sms in German \(de\); same boxes in the same order as in English \(en\): sms, call$/,
      ),
    ]);
  });

  test('purposes in another order than in English', () => {
    const problems = problemsOf((source) => {
      const { at, notice } = noticeOf(source, 'loyalty', 'fr');
      source.notices.splice(at, 1);
      source.notices.push(notice);
    });
    expect(problems).toEqual([
      'notices: in French (fr) the purposes stand as marketing, loyalty; same order as in English (en): loyalty, marketing',
    ]);
  });

  test('a purpose that one language lacks, and one that only it has', () => {
    const problems = problemsOf((source) => {
      noticeOf(source, 'marketing', 'ar').notice.purpose = 'surveys';
    });
    expect(problems).toEqual([
      'notices: no notice of the purpose marketing in Arabic (ar)',
      'notices: the purpose surveys is in Arabic (ar) and not in English (en)',
    ]);
  });

  test('everything at once, whatever else is wrong', () => {
    const problems = problemsOf((source) => {
      source.brand = { name: 'x'.repeat(41), accent: 'GREEN' };
      source.colour = 'green';
      source.paused = 'no';
      source.words = source.words.slice(1);
      delete source.country;
      noticeOf(source, 'loyalty', 'es').notice.boxes.push({ channel: 'pigeon', label: '', sentence: 'x' });
      source.timeouts = { idleWarningSeconds: 1, idleCountdownSeconds: 20.5, savedSeconds: 12 };
    });
    for (const wanted of [
      /^brand\.name: has 41 characters; 40 is the most$/,
      /^brand\.accent: must be a colour like "#0b6e4f"/,
      /^colour: there is no such field$/,
      /^paused: must be true or false$/,
      /^words: no words in English \(en\)$/,
      /^country: /,
      /^notices\.2\.boxes\.1\.channel \[loyalty, Spanish \(es\)\]: must be "sms" or "call" or "messaging_app"$/,
      /^notices\.2\.boxes\.1\.label \[loyalty, Spanish \(es\)\]: must not be empty$/,
      /^notices\.2\.boxes \[loyalty, Spanish \(es\)\]: loyalty has sms, pigeon in Spanish \(es\); same boxes/,
      /^timeouts\.idleWarningSeconds: is 1; \d+ is the least$/,
      /^timeouts\.idleCountdownSeconds: must be a whole number$/,
    ]) {
      expect(problems).toContainEqual(expect.stringMatching(wanted));
    }
  });

  test('a text the law asks for, beside a fault somewhere else', () => {
    const source = JSON.parse(readFileSync(join(demoConfiguration, '../demo-us.json'), 'utf8'));
    source.words[0].smallPrint = 'Reply STOP to stop.';
    source.paused = 1;
    const refused = () => parseConfiguration(source, 'shop.json');
    expect(refused).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({
          problems: expect.stringMatching(/paused: .*\n(.*\n)*words\.0\.smallPrint \[English \(en\)\]: no /),
        }),
      }),
    );
  });

  test('the same thing twice, and a file larger than a kiosk takes', () => {
    expect(problemsOf((source) => source.words.push(source.words[0]))).toEqual(['words: English (en) is there twice']);
    const long = { heading: 'x', text: 'x'.repeat(2_000) };
    const large = problemsOf((source) => {
      for (const notice of source.privacyNotices as { sections: object[] }[]) notice.sections = Array(30).fill(long);
    });
    expect(large).toEqual([expect.stringMatching(/^whole file: \d+ characters in all; 262144 is the most$/)]);
  });
});

test('found 34: a kiosk that still has shorter times, from an older server, gives people the least ones', () => {
  const configuration = parseConfiguration(demo(), 'demo').forStore('mill-lane', null);
  const older = { ...configuration, timeouts: { idleWarningSeconds: 30, idleCountdownSeconds: 15, savedSeconds: 20 } };
  expect(configurationSchema.parse(older).timeouts).toEqual({
    idleWarningSeconds: 30,
    idleCountdownSeconds: 20,
    savedSeconds: 45,
    longestSessionSeconds: 900,
  });
});

test("found 34: a store has its name and its clock; one that is not named goes by the shop's", () => {
  const stores = [
    { id: 'perth', name: 'Hay Street', timeZone: 'Australia/Perth' },
    { id: 'leeds', name: 'Briggate' },
  ];
  const source = parseConfiguration({ ...demo(), stores }, 'shop.json');
  expect(['perth', 'leeds', 'store-0817'].map(source.storePlace)).toEqual([
    { name: 'Hay Street', timeZone: 'Australia/Perth' },
    { name: 'Briggate', timeZone: 'Europe/London' },
    { name: 'Alder & Pine', timeZone: 'Europe/London' },
  ]);
});

describe('the demo shop speaks plainly', () => {
  const { words, notices, privacyNotices } = demo();
  const texts: string[] = [];
  const collect = (value: unknown): unknown =>
    typeof value === 'string' ? texts.push(value) : Object.values(value ?? {}).forEach(collect);
  collect({ words, notices, privacyNotices });

  test('sentences stay under sixteen words', () => {
    const sentences = texts.flatMap((text) => text.split(/(?<=[.:;!?؛؟])\s+/));
    expect(sentences.filter((sentence) => sentence.split(/\s+/).length > 15)).toEqual([]);
  });

  test('it promises nothing vague', () => {
    const vague = /\bmay\b|including but not limited|partners|improve your experience|third part/i;
    expect(texts.filter((text) => vague.test(text))).toEqual([]);
  });

  test('every box says how often, how long and how to stop', () => {
    for (const { language, boxes } of notices) {
      for (const { sentence } of boxes) {
        if (language !== 'en') continue;
        expect(sentence).toMatch(/month/);
        expect(sentence).toMatch(/for (one|two) years?/);
        expect(sentence).toMatch(/stop/i);
      }
    }
  });
});
