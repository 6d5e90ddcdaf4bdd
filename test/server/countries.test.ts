import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recipientIn } from '../../server/modules/messaging/recipient.ts';
import type { CountryRules } from '../../shared/phone/countries.ts';
import { phoneNumberSchema } from '../../shared/phone/number.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { demoConfiguration, mobile, startTestServer, type TestServer } from './test-server.ts';

/** A shop in Britain that takes British and French numbers, and texts British ones. */
const countries: CountryRules = { accepted: ['GB', 'FR'], texted: ['GB'] };
const source = { ...JSON.parse(readFileSync(demoConfiguration, 'utf8')), country: 'GB', countries };

let server: TestServer;
let kiosk: SimulatedKiosk;
let now: number;
beforeEach(async () => {
  now = Date.parse('2026-06-01T09:00:00.000Z');
  server = await startTestServer({ configuration: source, publicUrl: 'http://countersign.test' });
  server.setClock(() => new Date(now));
  kiosk = await server.enrol();
  kiosk.clock = () => new Date(now);
});
afterEach(() => server.close());

/** Where no text may go: accepted but not texted, not accepted at all, and of no country that this server knows for certain. */
const untexted = ['+33612345678', '+4915123456789', '+22501234567', '+881612345678', '+12015550123'];

async function capture(number: string) {
  const body = kiosk.body(number);
  const record = await kiosk.record(body);
  const answer = await kiosk.deliver([record]);
  await server.openingWorker.settled();
  return { answer, token: body.manageToken, recordId: String(JSON.parse(record.header).recordId) };
}

async function code(recordId: string) {
  const { status, text } = await kiosk.request('POST', '/v1/verifications', Buffer.from(JSON.stringify({ recordId })));
  return { status, code: JSON.parse(text).code as string | undefined };
}

test.each(untexted)(
  'found 12: %s, from whatever kiosk, is kept and can be stopped, and gets no text of any kind',
  async (number) => {
    const { answer, token, recordId } = await capture(number);
    expect(answer.answers).toMatchObject([{ outcome: 'countersigned' }]);
    expect(await server.lookUp(number)).toMatchObject([{ state: 'opened' }]);
    expect(await code(recordId)).toEqual({ status: 403, code: 'number_country' });
    now += 3_600_000;
    expect(await server.sendDueTexts()).toBe(0);
    now += 86_400_000;
    expect(await server.sendDueTexts()).toBe(0);
    await server.database.query(
      "update verifications set confirmed_at = now(), confirmed_sequence = nextval('server_sequence')",
    );
    const { statusCode } = await server.app.inject({
      method: 'POST',
      url: `/m/${token}/withdraw`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: '',
    });
    expect(statusCode).toBe(303);
    expect(await server.lookUp(number)).toMatchObject([{ state: 'withdrawn' }]);
    expect(server.outbox.messages).toEqual([]);
  },
);

test('found 12: a withdrawal from a country that is not taken is taken in, and what stands behind it too', async () => {
  await capture('+4915123456789');
  await kiosk.deliver([
    await kiosk.record(kiosk.withdrawal('+4915123456789'), { type: 'withdrawn' }),
    await kiosk.record(kiosk.body(mobile(1))),
  ]);
  await server.openingWorker.settled();
  expect(await server.lookUp('+4915123456789')).toMatchObject([{ type: 'withdrawn' }, { state: 'withdrawn' }]);
  expect(await server.lookUp(mobile(1))).toMatchObject([{ state: 'opened' }]);
});

test('found 12: a country that may be texted is texted', async () => {
  const { recordId } = await capture(mobile(2));
  expect(await code(recordId)).toMatchObject({ status: 200 });
  expect(server.outbox.messages).toMatchObject([{ to: mobile(2), kind: 'code' }]);
});

test('found 12: satellites and numbers at extra cost are never texted, also where every country is', () => {
  const to = (number: string) =>
    recipientIn({ countries: { accepted: 'all', texted: 'all' } }, phoneNumberSchema.parse(number));
  for (const number of [
    '+881612345678',
    '+870301234567',
    '+979123456789',
    '+33892123456',
    '+19002345678',
    '+80012345678',
  ]) {
    expect(to(number), number).toBeNull();
  }
  for (const number of ['+33612345678', '+22501234567', '+12015550123']) expect(to(number)).toBe(number);
});
