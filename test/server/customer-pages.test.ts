import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toText } from '../../protocol/bytes.ts';
import { seen } from '../support/presentation.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { pageVisits } from './page-visits.ts';
import { demoConfiguration, mobile, startTestServer, type TestServer } from './test-server.ts';

/** What a retailer could write, by mistake or on purpose. */
const hostile = `"><script>alert('x')</script><img src=x onerror=alert(1)>{{7*7}}&amp;`;
const shop = JSON.parse(readFileSync(demoConfiguration, 'utf8'));
shop.stores = [{ id: 'halden-bridge', name: '<i>Millgate</i>', timeZone: 'Australia/Adelaide' }];
shop.brand.name = `<b>Alder</b> & "Pine" 'x'`;
for (const { boxes } of shop.notices) boxes[0].label = `${hostile} label`.slice(0, 80);
for (const notice of shop.notices) notice.heading = '<u>"heading"</u>';
for (const { sections } of shop.privacyNotices) sections[0].text = hostile;

let server: TestServer;
let kiosk: SimulatedKiosk;
beforeAll(async () => {
  server = await startTestServer({ configuration: shop, publicUrl: 'http://countersign.test' });
  kiosk = await server.enrol();
});
afterAll(() => server.close());

const { someone, capture, page, press } = pageVisits(() => ({ server, kiosk }));

const unescaped = (html: string): string =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

describe('the page', () => {
  test('shows what was agreed in the words that were shown, when, where, and the last two digits', async () => {
    const { number, token } = await capture(mobile(91_357));
    const { body, statusCode } = await page(token);
    expect(statusCode).toBe(200);
    const text = unescaped(body);
    const english = kiosk.configuration.notices.filter(({ notice }) => notice.language === 'en');
    for (const { notice } of english) {
      expect(text).toContain(notice.heading);
      for (const { label, sentence } of notice.boxes) expect(text).toContain(`${label}</strong> ${sentence}`);
    }
    expect(text).toContain('<i>Millgate</i>');
    expect(text, 'the store by its name').not.toContain('halden-bridge');
    expect(text).toContain(`${new Date().getUTCFullYear()}`);
    expect(text).toContain('Given on our screen');
    expect(text).toContain('>+••••••••••57<');
    for (let length = 4; length < number.length; length++) {
      for (let at = 0; at + length <= number.length; at++) {
        const piece = number.slice(at, at + length);
        if (!/^0+$/.test(piece) && piece !== String(new Date().getUTCFullYear())) {
          expect(body.replaceAll(token, '').replace(/<style>[\s\S]*?<\/style>/, '')).not.toContain(piece);
        }
      }
    }
    expect(body.match(/You said yes/g)).toHaveLength(3);
    expect(body).not.toContain('You said no');
  });

  test("found 34: the time is that of the shop's clock, written as its country writes it", async () => {
    const { token } = await capture();
    const { rows } = await server.database.query('select received_at from records order by received_at desc limit 1');
    const [said = ''] = /\d+ \w+ \d{4} at \d{2}:\d{2}/.exec((await page(token)).body) ?? [];
    // Half an hour off every whole one, so that no other clock shows the same.
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Australia/Adelaide', timeStyle: 'short' });
    const near = [-60_000, 0].map((before) => clock.format(new Date(rows[0].received_at.getTime() + before)));
    expect(near).toContain(said.slice(-5));
    expect((await page(token)).body).not.toContain('UTC');
  });

  test('found 34: stop stands above what was agreed, where the way to say yes would stand', async () => {
    const { token } = await capture();
    const { body } = await page(token);
    expect(body.slice(0, body.indexOf('What you agreed to'))).toContain(`action="${token}/withdraw"`);
  });

  test('says no where the customer said no', async () => {
    const number = someone();
    const { choices } = kiosk.body(number);
    const some = choices.map((choice, at) => ({
      ...choice,
      answer: at === 0 ? ('granted' as const) : ('declined' as const),
    }));
    const { token } = await capture(number, { choices: some });
    const { body } = await page(token);
    expect([body.match(/You said yes/g)?.length, body.match(/You said no/g)?.length]).toEqual([1, 2]);
  });

  test('still has the words after the configuration forgot them, and says so when it never had them', async () => {
    const { token } = await capture(someone(), { notices: [seen(toText(randomBytes(32)))] });
    expect((await page(token)).body).toContain('The words of one part are not stored here');
    const old = JSON.parse(JSON.stringify(shop));
    old.notices[0].heading = 'Another heading';
    const { rows } = await server.database.query('select count(*) as n from published_notices');
    expect(Number(rows[0].n)).toBe(shop.notices.length + shop.privacyNotices.length);
  });

  test('is in the language of the record, mirrored where it is Arabic', async () => {
    const number = someone();
    const arabic = kiosk.configuration.notices.filter(({ notice }) => notice.language === 'ar');
    const { token } = await capture(number, { language: 'ar', notices: arabic.map(({ hash }) => seen(hash)) });
    const { body } = await page(token, { 'accept-language': 'en' });
    expect(body).toMatch(/<html lang="ar" dir="rtl">/);
    expect(body).toContain('إيقاف كل شيء');
    expect(unescaped(body)).toContain(arabic[1]?.notice.boxes[1]?.label ?? 'missing');
  });

  test('runs no script, loads nothing, and lets nothing of the retailer be markup', async () => {
    const { token } = await capture();
    const { body, headers } = await page(token);
    const allowed =
      /<\/?(?:html|head|meta|title|style|body|header|main|h1|h2|h3|section|p|div|ul|li|span|strong|dl|dt|dd|bdi|form|button|details|summary)(?: [a-z-]+(?:="[^"<>]*")?)*>/g;
    const rest = body
      .replace(/^<!doctype html>/, '')
      .replace(/<style>[\s\S]*?<\/style>/, '')
      .replaceAll(allowed, '');
    expect(rest).not.toMatch(/[<>]/);
    expect(body).not.toMatch(/<(script|img|iframe|link|b>|u>)/i);
    expect((body.match(/<[a-z][^>]*>/gi) ?? []).join()).not.toMatch(/ (on\w+|src|style|href)=/i);
    expect(unescaped(body)).toContain(hostile);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['set-cookie']).toBeUndefined();
  });
});

describe('a token that opens nothing', () => {
  const unknown = [
    toText(randomBytes(16)),
    'short',
    'x'.repeat(22),
    'x'.repeat(300),
    '',
    '%00',
    '..%2f..%2fhealth',
    'a/b/c',
  ];

  test('always gets the same page', async () => {
    const pages = await Promise.all(unknown.map((token) => page(token)));
    expect(new Set(pages.map(({ body }) => body)).size).toBe(1);
    expect(new Set(pages.map(({ statusCode }) => statusCode))).toEqual(new Set([404]));
    expect(pages[0]?.body).toContain('There is nothing here');
    expect(pages[0]?.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect((await press(toText(randomBytes(16)), 'withdraw')).body).toBe(pages[0]?.body);
  });

  test("speaks the visitor's language where it can", async () => {
    const { body } = await page('nothing', { 'accept-language': 'xx, ar-EG;q=0.9, en;q=0.8' });
    expect(body).toMatch(/<html lang="ar" dir="rtl">/);
  });
});

test('too many requests get a page that says so', async () => {
  const small = await startTestServer({ pagesPerMinute: 3 });
  try {
    const answers = [];
    for (let n = 0; n < 4; n++) answers.push(await small.app.inject(`/m/${toText(randomBytes(16))}`));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 429]);
    expect(answers[3]?.body).toContain('Please wait a minute');
    expect(answers[3]?.headers['content-type']).toContain('text/html');
  } finally {
    await small.close();
  }
});

test('neither token nor number is logged, only the pattern of the route', async () => {
  const { number, token } = await capture();
  await page(token);
  await press(token, 'withdraw', `number=${number}`);
  await server.app.inject({ method: 'POST', url: `/m/${token}/withdraw`, payload: { number }, headers: {} });
  await page(`${token}x`);
  const logged = server.logged();
  expect(logged).toContain('/m/:token/withdraw');
  expect(logged).not.toContain(token);
  expect(logged).not.toContain(number.slice(3));
});
