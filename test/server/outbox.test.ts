import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outboxPath } from '../../server/modules/messaging/outbox-routes.ts';
import { recipientIn } from '../../server/modules/messaging/recipient.ts';
import { everyCountry } from '../../shared/phone/countries.ts';
import { phoneNumberSchema } from '../../shared/phone/number.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe('the outbox page', () => {
  test('shows texts as a phone does', async () => {
    const number = phoneNumberSchema.parse(mobile(1));
    const to = recipientIn({ countries: everyCountry }, number);
    if (to === null) throw new Error('not to be texted');
    await server.outbox.send({ to, text: '<b>Alder</b>: 123456', language: 'en', kind: 'code' });
    const here = await server.app.inject({ url: outboxPath(server.parts.adminToken) });
    expect(here.statusCode).toBe(200);
    expect(here.body).toContain(number);
    expect(here.body).toContain('&lt;b&gt;Alder&lt;/b&gt;');
    expect(here.body).toContain('<meta http-equiv="refresh" content="3">');
    expect(here.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
  });

  test.each([false, true])(
    'kept 10: is for whoever has its address or the token, wherever they seem to come from (proxy known: %s)',
    async (behindProxy) => {
      const asked = await startTestServer({ behindProxy });
      try {
        const { adminToken } = asked.parts;
        const authorization = `Bearer ${adminToken}`;
        const whole = outboxPath(adminToken);
        const places = [
          { headers: { host: 'localhost' } },
          { headers: { host: '127.0.0.1:4810' } },
          { headers: { host: '[::1]:4810', 'x-forwarded-for': '127.0.0.1' } },
          { headers: { host: 'countersign.test' }, remoteAddress: '192.0.2.7' },
        ];
        for (const place of places) {
          const statusOf = async (url: string, headers = {}) =>
            (await asked.app.inject({ url, ...place, headers: { ...place.headers, ...headers } })).statusCode;
          expect(await statusOf('/outbox'), JSON.stringify(place)).toBe(401);
          expect(await statusOf('/outbox?key='), JSON.stringify(place)).toBe(401);
          expect(await statusOf(`${whole}x`), JSON.stringify(place)).toBe(401);
          expect(await statusOf('/outbox', { authorization: `${authorization}x` }), JSON.stringify(place)).toBe(401);
          expect(await statusOf(whole), JSON.stringify(place)).toBe(200);
          expect(await statusOf('/outbox', { authorization }), JSON.stringify(place)).toBe(200);
        }
      } finally {
        await asked.close();
      }
    },
  );

  test('keeps the newest two hundred', async () => {
    const [message] = server.outbox.messages;
    if (message === undefined) throw new Error('no message');
    for (let n = 0; n < 250; n++) await server.outbox.send({ ...message, text: `text ${n}` });
    expect(server.outbox.messages.map(({ text }) => text)).toEqual(
      Array.from({ length: 200 }, (_, n) => `text ${n + 50}`),
    );
  });
});

test('a server that sends no texts says so at once', async () => {
  const silent = await startTestServer({ sendsTexts: false });
  try {
    const kiosk = await silent.enrol();
    const record = await kiosk.record(kiosk.body(mobile(2)));
    await kiosk.deliver([record]);
    await silent.openingWorker.settled();
    const { recordId } = JSON.parse(record.header);
    const reply = await kiosk.request('POST', '/v1/verifications', Buffer.from(JSON.stringify({ recordId })));
    expect([reply.status, JSON.parse(reply.text).code]).toEqual([503, 'messages_unavailable']);
    expect((await silent.app.inject('/outbox')).statusCode).toBe(404);
  } finally {
    await silent.close();
  }
});
