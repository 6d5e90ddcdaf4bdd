import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../server/context.ts';
import type { GivenBody } from '../../shared/record/body.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

const publicUrl = 'http://countersign.test';
const minute = 60_000;

let server: TestServer;
let kiosk: SimulatedKiosk;
let now = Date.parse('2026-06-01T09:00:00.000Z');
beforeAll(async () => {
  server = await startTestServer({ publicUrl });
  server.setClock(() => new Date(now));
  kiosk = await server.enrol();
});
afterAll(() => server.close());
beforeEach(async () => {
  now += 86_400_000;
  kiosk.clock = () => new Date(now);
  await server.database.query('update verifications set due_at = null');
});

let used = 0;
const someone = (): string => mobile(1_000 * (used++ % 90) + Math.floor(used / 90));

async function capture(number: string, change: Partial<GivenBody> = {}): Promise<string> {
  const record = await kiosk.record({ ...kiosk.body(number), ...change });
  await kiosk.deliver([record]);
  await server.openingWorker.settled();
  return JSON.parse(record.header).recordId;
}

async function stop(number: string): Promise<void> {
  await kiosk.deliver([await kiosk.record(kiosk.withdrawal(number), { type: 'withdrawn' })]);
}

const ask = async (): Promise<number> => await server.sendDueTexts();
/** While the server is another in one way. */
async function askAs(change: Partial<Context>): Promise<number> {
  const { publicUrl: url, messages } = server.parts;
  Object.assign(server.parts, change);
  try {
    return await ask();
  } finally {
    Object.assign(server.parts, { publicUrl: url, messages });
  }
}
const textsTo = (number: string): string[] =>
  server.outbox.messages.filter(({ to }) => to === number).map(({ text }) => text);
const linkIn = (text = ''): string => /http:\/\/countersign\.test(\/m\/[\w-]{22})$/.exec(text)?.[1] ?? 'no link';
const post = async (path: string) => await server.app.inject({ method: 'POST', url: path });

test('three minutes after it was opened, one text with a link that confirms', async () => {
  const number = someone();
  await capture(number);
  now += 3 * minute - 1;
  expect(await ask()).toBe(0);
  now += 1;
  expect(await ask()).toBe(1);
  now += 86_400_000;
  expect(await ask()).toBe(0);
  expect(textsTo(number)).toHaveLength(1);
  const link = linkIn(textsTo(number)[0]);
  const { body } = await server.app.inject(link);
  expect(body).toContain('Is this your number');
  expect(body).toContain(`action="${link.slice(3)}/confirm"`);
  // found 34: to agree and to stop are neighbours, and look alike.
  const presses = /<div class="presses">([\s\S]*?)<\/div>/.exec(body)?.[1] ?? '';
  expect([...presses.matchAll(/\/(\w+)"><button type="submit">/g)].map(([, what]) => what)).toEqual([
    'confirm',
    'withdraw',
  ]);
  expect(body.match(/<button/g)).toHaveLength(2);
  expect(await server.lookUp(number)).toMatchObject([{ verification: 'pending' }]);
  expect((await post(`${link}/confirm`)).headers.location).toBe(`../${link.slice(3)}`);
  expect(await server.lookUp(number)).toMatchObject([{ verification: 'confirmed', state: 'opened' }]);
  expect((await server.app.inject(link)).body).toContain('You confirmed that this number is yours.');
});

test('the link also stops everything, and then no longer confirms', async () => {
  const number = someone();
  await capture(number);
  now += 3 * minute;
  await ask();
  const link = linkIn(textsTo(number)[0]);
  await post(`${link}/withdraw`);
  await post(`${link}/confirm`);
  expect(await server.lookUp(number)).toMatchObject([{ verification: 'pending', state: 'withdrawn' }]);
  expect(textsTo(number)).toHaveLength(1);
});

test('many servers at once send one text', async () => {
  const number = someone();
  await capture(number);
  now += 3 * minute;
  await Promise.all(Array.from({ length: 6 }, () => ask()));
  expect(textsTo(number)).toHaveLength(1);
});

test('it speaks the language of the record', async () => {
  const number = someone();
  await capture(number, { language: 'ar' });
  now += 3 * minute;
  await ask();
  expect(textsTo(number)[0]).toContain('هل طلبت رسائلنا');
});

describe('a code', () => {
  const askForCode = async (recordId: string) =>
    JSON.parse((await kiosk.request('POST', '/v1/verifications', Buffer.from(JSON.stringify({ recordId })))).text);

  test('that was typed in leaves nothing to ask', async () => {
    const number = someone();
    const { verificationId } = await askForCode(await capture(number));
    const code = /\d{6}/.exec(textsTo(number)[0] ?? '')?.[0];
    await kiosk.request('POST', `/v1/verifications/${verificationId}/checks`, Buffer.from(JSON.stringify({ code })));
    now += 30 * minute;
    expect(await ask()).toBe(0);
  });

  test('that was not is followed by a link when it is over, and not before', async () => {
    const number = someone();
    await askForCode(await capture(number));
    now += 10 * minute;
    expect(await ask()).toBe(0);
    now += minute;
    expect(await ask()).toBe(1);
    expect(textsTo(number)).toHaveLength(2);
  });
});

test('kept 2: an agreement from a kiosk that had not heard of a stop is asked about, also one to calls', async () => {
  const other = await server.enrol();
  other.clock = () => new Date(now);
  const texts = someone();
  const calls = someone();
  const onlyCalls = { choices: [{ purpose: 'marketing', channel: 'call', answer: 'granted', inputModality: 'touch' }] };
  const kept = [await other.record(other.body(texts)), await other.record({ ...other.body(calls), ...onlyCalls })];
  for (const number of [texts, calls]) await stop(number);
  await other.deliver(kept);
  await server.openingWorker.settled();
  for (const number of [texts, calls]) {
    expect(await server.lookUp(number)).toMatchObject([
      { state: 'opened', verification: 'pending' },
      { type: 'withdrawn' },
    ]);
  }
  now += 10 * minute;
  expect(await ask()).toBe(2);
  expect(await ask()).toBe(0);
});

describe('nobody is asked', () => {
  test('who only wants calls', async () => {
    await capture(someone(), {
      choices: [{ purpose: 'marketing', channel: 'call', answer: 'granted', inputModality: 'touch' }],
    });
    now += 10 * minute;
    expect(await ask()).toBe(0);
  });

  test('who has withdrawn since', async () => {
    const number = someone();
    const other = await server.enrol();
    other.clock = () => new Date(now);
    const kept = await other.record(other.body(number));
    now += minute;
    await other.deliver([kept]);
    await stop(number);
    await server.openingWorker.settled();
    now += 10 * minute;
    expect(await ask()).toBe(0);
    const { rows } = await server.database.query('select count(*) as n from verifications where due_at is not null');
    expect(Number(rows[0].n)).toBe(0);
  });

  test('a week later', async () => {
    await capture(someone());
    now += 3 * minute + 7 * 86_400_000 + 1;
    expect(await ask()).toBe(0);
    now -= 86_400_000;
    expect(await ask()).toBe(0);
  });

  test('by a server that has no page or sends no texts', async () => {
    const number = someone();
    await capture(number);
    now += 3 * minute;
    expect(await askAs({ publicUrl: null })).toBe(0);
    expect(await askAs({ messages: null })).toBe(0);
    expect(await ask()).toBe(1);
  });

  test('more than five times a day; what is over waits until it may', async () => {
    const number = someone();
    for (let n = 0; n < 6; n++) await capture(number);
    now += 3 * minute;
    for (let n = 0; n < 5; n++) {
      expect(await ask()).toBe(1);
      now += 10 * minute;
    }
    expect(await ask()).toBe(0);
    now += 86_400_000;
    expect(await ask()).toBe(1);
    expect(textsTo(number)).toHaveLength(6);
  });
});

test('a text that could not be sent is tried again, with another link', async () => {
  const number = someone();
  await capture(number);
  now += 3 * minute;
  const tried: string[] = [];
  const broken = {
    send: async ({ text }: { text: string }) => {
      tried.push(text);
      throw new Error('no network');
    },
  };
  expect(await askAs({ messages: broken })).toBe(0);
  await expect.poll(() => textsTo(number).length, { timeout: 10_000 }).toBe(1);
  expect((await server.app.inject(linkIn(tried[0]))).statusCode).toBe(404);
  expect((await server.app.inject(linkIn(textsTo(number)[0]))).statusCode).toBe(200);
});

test('neither link nor number is logged or stored', async () => {
  const number = someone();
  await capture(number);
  now += 3 * minute;
  await ask();
  const token = linkIn(textsTo(number)[0]).slice(3);
  await server.app.inject(`/m/${token}`);
  await post(`/m/${token}/confirm`);
  const { rows } = await server.database.query('select v::text as row from verifications v');
  const everything = server.logged() + rows.map(({ row }) => row).join('\n');
  expect(everything).not.toContain(token);
  expect(everything).not.toContain(number.slice(3));
});
