import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nextHourForTexts } from '../../server/modules/messaging/hours.ts';
import type { TextMessage } from '../../server/modules/messaging/sender.ts';
import { classify, type PhoneNumber, phoneNumberSchema } from '../../shared/phone/number.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let server: TestServer;
let kiosk: SimulatedKiosk;
let now: number;
beforeEach(async () => {
  now = Date.parse('2026-11-02T10:00:00.000Z');
  server = await startTestServer({ publicUrl: 'http://countersign.test' });
  server.setClock(() => new Date(now));
  kiosk = await server.enrol();
  kiosk.clock = () => new Date(now);
});
afterEach(() => server.close());

/** @param deviceTime what the kiosk's clock says while the customer agrees. */
async function capture(number: string, who = kiosk, deviceTime = now): Promise<string> {
  const record = await who.record(who.body(number), { deviceTime: new Date(deviceTime).toISOString() });
  await who.deliver([record]);
  await server.openingWorker.settled();
  return JSON.parse(record.header).recordId;
}

const textsTo = (number: string) => server.outbox.messages.filter(({ to }) => to === number);
const lost = {
  send: async (_message: TextMessage) => {
    throw new Error('the provider does not answer');
  },
};

it('kept 7: texts that the provider did not take use up no limit, neither of the number nor of the kiosk', async () => {
  const number = mobile(1);
  const recordId = await capture(number);
  const ask = async () =>
    (await kiosk.request('POST', '/v1/verifications', Buffer.from(JSON.stringify({ recordId })))).status;
  const { messages } = server.parts;
  server.parts.messages = lost;
  for (let attempt = 0; attempt < 8; attempt++) expect(await ask()).toBe(503);
  server.parts.messages = messages;
  expect((await server.database.query('select from sent_messages')).rowCount).toBe(0);
  expect(await ask()).toBe(200);
  expect(textsTo(number)).toHaveLength(1);
  // And what was taken counts: half a minute has to pass.
  expect(await ask()).toBe(429);
});

it('kept 7: a link that the provider did not take counts for nothing, and goes out once it is taken', async () => {
  await capture(mobile(2));
  now += 3 * minute;
  const { messages } = server.parts;
  server.parts.messages = lost;
  expect(await server.sendDueTexts()).toBe(0);
  const retry = `select from jobs.job where name = 'send-text' and retry_count >= 1`;
  await expect.poll(async () => (await server.database.query(retry)).rowCount, { timeout: 20_000 }).toBe(1);
  expect((await server.database.query('select from sent_messages')).rowCount).toBe(0);
  server.parts.messages = messages;
  await expect.poll(() => textsTo(mobile(2)).length, { timeout: 20_000 }).toBe(1);
  expect((await server.database.query('select from sent_messages')).rowCount).toBe(1);
}, 60_000);

it('kept 7: the text that messages have stopped counts only if the provider took it', async () => {
  const body = kiosk.body(mobile(11));
  await kiosk.deliver([await kiosk.record(body)]);
  await server.openingWorker.settled();
  await server.database.query(
    "update verifications set confirmed_at = now(), confirmed_sequence = nextval('server_sequence')",
  );
  server.parts.messages = lost;
  const { statusCode } = await server.app.inject({ method: 'POST', url: `/m/${body.manageToken}/withdraw` });
  expect(statusCode).toBe(303);
  expect(server.logged()).toContain('text not sent');
  expect((await server.database.query('select from sent_messages')).rowCount).toBe(0);
});

it('kept 7: two agreements of one number do not bring two texts in one minute', async () => {
  const other = await server.enrol();
  other.clock = () => new Date(now);
  await capture(mobile(3));
  now += 10_000;
  await capture(mobile(3), other);
  now += 3 * minute;
  expect(await server.sendDueTexts()).toBe(1);
  now += minute;
  expect(await server.sendDueTexts()).toBe(0);
  now += 9 * minute;
  expect(await server.sendDueTexts()).toBe(1);
});

it('kept 7: age counts from the agreement, however often the text was put off since', async () => {
  await capture(mobile(4));
  await capture(mobile(5));
  now += 3 * minute;
  // Put off again and again, as a provider that is down for three weeks does.
  await server.database.query(`update verifications set due_at = '2026-11-24T12:00:00Z'`);
  now = Date.parse('2026-11-24T12:00:00.000Z');
  expect(await server.sendDueTexts()).toBe(0);
  expect(await server.database.query('select from verifications where due_at is not null')).toMatchObject({
    rowCount: 0,
  });
});

it('kept 7: an agreement that came in weeks later is as old as it is, unless its clock is disproved', async () => {
  const record = await kiosk.record(kiosk.body(mobile(6)));
  now += 21 * day;
  await kiosk.deliver([record]);
  await server.openingWorker.settled();
  now += 3 * minute;
  expect(await server.sendDueTexts()).toBe(0);
  // Its clock says 1970, but it names what the server gave today.
  const today = await server.enrol();
  today.clock = () => new Date(now);
  await capture(mobile(7), today, 0);
  now += 3 * minute;
  expect(await server.sendDueTexts()).toBe(1);
  // One that is ahead cannot make an agreement younger than its arrival.
  await capture(mobile(8), today, now + 60 * day);
  now += 8 * day;
  expect(await server.sendDueTexts()).toBe(0);
});

it('kept 7: no text at night, except to who has just agreed', async () => {
  now = Date.parse('2026-11-02T21:00:00.000Z');
  await capture(mobile(9));
  now += 3 * minute;
  expect(await server.sendDueTexts()).toBe(1);
  const late = await kiosk.record(kiosk.body(mobile(10)));
  now = Date.parse('2026-11-03T02:00:00.000Z');
  await kiosk.deliver([late]);
  await server.openingWorker.settled();
  now += 3 * minute;
  expect(await server.sendDueTexts()).toBe(0);
  now = Date.parse('2026-11-03T07:59:00.000Z');
  expect(await server.sendDueTexts()).toBe(0);
  now += minute;
  expect(await server.sendDueTexts()).toBe(1);
});

it.each([
  // A number of the store's country goes by the store's zone.
  ['+12133734253', 'America/Los_Angeles', '2026-11-02T15:30:00Z', '2026-11-02T16:00:00Z'],
  ['+12133734253', 'America/Los_Angeles', '2026-11-02T17:00:00Z', '2026-11-02T17:00:00Z'],
  ['+12133734253', 'America/Los_Angeles', '2026-11-03T04:00:00Z', '2026-11-03T16:00:00Z'],
  // One of another country by all of that country's: from eight in Hawaii until eight on the east coast.
  ['+12133734253', 'Europe/London', '2026-11-02T17:00:00Z', '2026-11-02T18:00:00Z'],
  ['+12133734253', 'Europe/London', '2026-11-03T01:00:00Z', '2026-11-03T18:00:00Z'],
  ['+33612345678', 'Europe/London', '2026-11-02T07:00:00Z', '2026-11-02T07:00:00Z'],
  ['+33612345678', 'Europe/London', '2026-11-02T19:30:00Z', '2026-11-03T07:00:00Z'],
  ['+5511961234567', 'Europe/London', '2026-11-02T03:00:00Z', '2026-11-02T13:00:00Z'],
  // Of no country: the store's.
  ['+881612345678', 'Asia/Kathmandu', '2026-11-02T00:00:00Z', '2026-11-02T02:15:00Z'],
])('kept 7: %s from a store in %s at %s: %s', (number, zone, at, expected) => {
  const to: PhoneNumber = phoneNumberSchema.parse(number);
  expect(new Date(nextHourForTexts(to, zone, new Date(at))).toISOString().replace('.000', '')).toBe(expected);
});

it('kept 7: for every country there is an hour at which it is day in all of it', () => {
  const at = new Date('2026-11-02T23:10:00Z');
  const countries = getCountries();
  expect(countries.length).toBeGreaterThan(200);
  for (const country of countries) {
    const number = phoneNumberSchema.parse(getExampleNumber(country, examples)?.number);
    const next = nextHourForTexts(number, 'Antarctica/Vostok', at);
    // A calling code that several countries share may name another one of them.
    const region = classify(number).region ?? country;
    const hours = (new Intl.Locale('und', { region }).getTimeZones() ?? []).map((timeZone) =>
      Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(next)),
    );
    expect([country, hours.filter((each) => each < 8 || each >= 20)]).toEqual([country, []]);
  }
});

it('kept 5: one text that throws does not hold up the others', async () => {
  for (let index = 20; index < 30; index++) await capture(mobile(index));
  // The subject's key is damaged: nothing of this person can be read, ever.
  await server.database.query(`update subjects set wrapped_key = '\\x00' where id =
    (select subject_id from verifications order by due_at limit 1)`);
  now += 3 * minute;
  await server.sendDueTexts();
  await expect.poll(() => server.outbox.messages.length, { timeout: 20_000 }).toBe(9);
  const failed = async () => ((await server.admin('GET', '/v1/failed-jobs')).json as { jobs: unknown[] }).jobs;
  await expect.poll(failed, { timeout: 30_000 }).toMatchObject([{ queue: 'send-text', attempts: 8 }]);
}, 60_000);
