import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfiguration } from '../../protocol/configuration.ts';
import { importPublicKey } from '../../protocol/signing.ts';
import { loadConfiguration, parseConfiguration } from '../../server/configuration/loader.ts';
import { configurationSchema, signedConfigurationSchema } from '../../shared/configuration.ts';
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
    ['unknown key', ['colour'], 'x', /whole file: .*colour/],
    ['empty label', ['notices', 1, 'boxes', 0, 'label'], '', /notices\.1\.boxes\.0\.label/],
    ['unknown channel', ['notices', 0, 'boxes', 0, 'channel'], 'pigeon', /notices\.0\.boxes\.0\.channel/],
    ['language without notices', ['languages', 5], 'it', /each language needs/],
    ['country that there is not', ['countries', 'accepted'], ['GB', 'XX'], /countries\.accepted: "all", or a list/],
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
    ['hash written by hand', ['notices', 0, 'hash'], 'x', /notices\.0: .*hash/],
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
    const refusal = expect.objectContaining({ code: 'configuration_unreadable', details: { path } });
    expect(() => loadConfiguration(path)).toThrow(refusal);
    writeFileSync(path, '{');
    expect(() => loadConfiguration(path)).toThrow(refusal);
  });
});

test('found 34: a kiosk that still has shorter times, from an older server, gives people the least ones', () => {
  const configuration = parseConfiguration(demo(), 'demo').forStore('mill-lane', null);
  const older = { ...configuration, timeouts: { idleWarningSeconds: 30, idleCountdownSeconds: 15, savedSeconds: 20 } };
  expect(configurationSchema.parse(older).timeouts).toEqual({
    idleWarningSeconds: 30,
    idleCountdownSeconds: 20,
    savedSeconds: 45,
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
