import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SealedRecord } from '../../protocol/record.ts';
import { hashCode } from '../../server/modules/verification/codes.ts';
import { newMasterKey } from '../../server/platform/keys/key-file.ts';
import { deriveKeys, type MasterKey } from '../../server/platform/keys/master-keys.ts';
import { phoneNumberSchema } from '../../shared/phone/number.ts';
import type { Reply, SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let now: number;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
beforeEach(() => {
  now = Date.parse('2026-06-01T09:00:00.000Z');
  server.setClock(() => new Date(now));
});

/** Numbers far apart, each in a block of its own. */
let used = 0;
const someone = (): string => mobile(1_000 * (used++ % 90) + Math.floor(used / 90));

async function enrol(): Promise<SimulatedKiosk> {
  const kiosk = await server.enrol();
  kiosk.clock = () => new Date(now);
  return kiosk;
}

const recordId = (record: SealedRecord): string => JSON.parse(record.header).recordId;

async function deliver(kiosk: SimulatedKiosk, records: SealedRecord[]): Promise<string[]> {
  await kiosk.deliver(records);
  await server.openingWorker.settled();
  return records.map(recordId);
}

async function capture(kiosk: SimulatedKiosk, number: string, change: object = {}, type = 'given'): Promise<string> {
  const [id = ''] = await deliver(kiosk, [await kiosk.record({ ...kiosk.body(number), ...change }, { type })]);
  return id;
}

interface Answer {
  status: number;
  code: string;
  retryAfter: number;
  verificationId: string;
  confirmed: boolean;
  triesLeft: number;
}

function answerOf(reply: Reply): Answer {
  return { ...JSON.parse(reply.text), status: reply.status, retryAfter: Number(reply.headers['retry-after'] ?? 0) };
}

const ask = async (kiosk: SimulatedKiosk, id: string): Promise<Answer> =>
  answerOf(await kiosk.request('POST', '/v1/verifications', Buffer.from(JSON.stringify({ recordId: id }))));

const check = async (kiosk: SimulatedKiosk, id: string, code: string): Promise<Answer> =>
  answerOf(await kiosk.request('POST', `/v1/verifications/${id}/checks`, Buffer.from(JSON.stringify({ code }))));

const textsTo = (number: string): string[] =>
  server.outbox.messages.filter(({ to }) => to === number).map(({ text }) => text);
const codeIn = (text: string | undefined): string => /\d{6}/.exec(text ?? '')?.[0] ?? 'none';
const lastCode = (number: string): string => codeIn(textsTo(number).at(-1));
const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

async function lookup(number: string): Promise<{ verification: string | null; state: string; type: string }[]> {
  return ((await server.admin('POST', '/v1/subjects/lookup', { number })).json as { records: never }).records;
}

test('a code is texted in the language of the record, typed, and the record is confirmed', async () => {
  const kiosk = await enrol();
  const number = someone();
  const id = await capture(kiosk, number);
  expect(await lookup(number)).toMatchObject([{ verification: 'pending', state: 'opened' }]);
  const asked = await ask(kiosk, id);
  expect(asked).toMatchObject({ status: 200, triesLeft: 3, resendAfterSeconds: 30 });
  const [text] = textsTo(number);
  expect(text).toMatch(/^Alder & Pine: \d{6} is your code\./);
  expect(await check(kiosk, asked.verificationId, codeIn(text))).toEqual({
    status: 200,
    retryAfter: 0,
    confirmed: true,
    triesLeft: 3,
  });
  expect(await lookup(number)).toMatchObject([{ verification: 'confirmed', state: 'opened' }]);
  // The answer was lost and the kiosk asks again.
  expect(await check(kiosk, asked.verificationId, codeIn(text))).toMatchObject({ status: 200, confirmed: true });
  now += 60_000;
  expect(await ask(kiosk, id)).toMatchObject({ status: 410, code: 'verification_over' });
  expect(textsTo(number)).toHaveLength(1);
});

test('an Arabic record gets an Arabic text, and a language without texts an English one', async () => {
  const kiosk = await enrol();
  for (const [language, expected] of [
    ['ar', 'رمزك'],
    ['pt-BR', 'is your code'],
  ] as const) {
    const number = someone();
    await ask(kiosk, await capture(kiosk, number, { language }));
    expect(textsTo(number)[0]).toContain(expected);
  }
});

test('three wrong tries, and the code is over; the right one comes too late', async () => {
  const kiosk = await enrol();
  const number = someone();
  const { verificationId } = await ask(kiosk, await capture(kiosk, number));
  const code = lastCode(number);
  for (const triesLeft of [2, 1, 0]) {
    const tried = await check(kiosk, verificationId, wrong(code));
    expect(tried).toMatchObject({ status: 200, confirmed: false, triesLeft });
  }
  expect(await check(kiosk, verificationId, code)).toMatchObject({ status: 410, code: 'verification_over' });
  expect(await lookup(number)).toMatchObject([{ verification: 'pending' }]);
});

test('a stored code fits its own verification only', () => {
  const [key, otherKey] = [newMasterKey(), newMasterKey()].map(deriveKeys) as [MasterKey, MasterKey];
  expect(hashCode(key, 'one', '123456')).toBe(hashCode(key, 'one', '123456'));
  expect(hashCode(key, 'other', '123456')).not.toBe(hashCode(key, 'one', '123456'));
  expect(hashCode(otherKey, 'one', '123456')).not.toBe(hashCode(key, 'one', '123456'));
});

test('many guesses at once are still three', async () => {
  const kiosk = await enrol();
  const number = someone();
  const { verificationId } = await ask(kiosk, await capture(kiosk, number));
  const code = lastCode(number);
  const guesses = await Promise.all(Array.from({ length: 12 }, () => check(kiosk, verificationId, wrong(code))));
  expect(guesses.filter(({ status }) => status === 200)).toHaveLength(3);
});

test('ten minutes, and the code is over', async () => {
  const kiosk = await enrol();
  const [first, second] = [someone(), someone()];
  const one = await ask(kiosk, await capture(kiosk, first));
  const other = await ask(kiosk, await capture(kiosk, second));
  now += 600_000 - 1;
  expect(await check(kiosk, one.verificationId, lastCode(first))).toMatchObject({ confirmed: true });
  now += 1;
  expect(await check(kiosk, other.verificationId, lastCode(second))).toMatchObject({ status: 410 });
});

test('a resend comes after thirty seconds, with another code and three tries', async () => {
  const kiosk = await enrol();
  const number = someone();
  const id = await capture(kiosk, number);
  const { verificationId } = await ask(kiosk, id);
  const first = lastCode(number);
  await check(kiosk, verificationId, wrong(first));
  now += 29_000;
  expect(await ask(kiosk, id)).toMatchObject({ status: 429, code: 'verification_limited', retryAfter: 1 });
  now += 1_000;
  const again = await ask(kiosk, id);
  expect(again).toMatchObject({ status: 200, triesLeft: 3 });
  const second = lastCode(number);
  expect(textsTo(number)).toHaveLength(2);
  if (first !== second) expect(await check(kiosk, again.verificationId, first)).toMatchObject({ confirmed: false });
  expect(await check(kiosk, again.verificationId, second)).toMatchObject({ confirmed: true });
});

describe('record_unknown', () => {
  test("another kiosk's record, one that nobody has, a withdrawal", async () => {
    const [kiosk, other] = [await enrol(), await enrol()];
    const number = someone();
    const id = await capture(kiosk, number);
    const withdrawal = await kiosk.record(kiosk.withdrawal(someone()), { type: 'withdrawn' });
    const [withdrawn = ''] = await deliver(kiosk, [withdrawal]);
    for (const [who, which] of [
      [other, id],
      [kiosk, '00000000-0000-4000-8000-000000000000'],
      [kiosk, withdrawn],
    ] as const) {
      expect(await ask(who, which)).toMatchObject({ status: 404, code: 'record_unknown' });
    }
    expect(textsTo(number)).toEqual([]);
  });

  test("another kiosk cannot check this kiosk's code", async () => {
    const [kiosk, other] = [await enrol(), await enrol()];
    const number = someone();
    const { verificationId } = await ask(kiosk, await capture(kiosk, number));
    expect(await check(other, verificationId, lastCode(number))).toMatchObject({ status: 410 });
    expect(await check(kiosk, verificationId, lastCode(number))).toMatchObject({ confirmed: true, triesLeft: 3 });
  });
});

describe('limits', { timeout: 60_000 }, () => {
  test('five texts a day to one number, whichever kiosk and record', async () => {
    const number = someone();
    const kiosks = [await enrol(), await enrol(), await enrol()];
    const ids = [];
    for (const kiosk of kiosks) ids.push(await capture(kiosk, number));
    for (const attempt of [0, 1, 2, 3, 4]) {
      now += 31_000;
      expect(await ask(kiosks[attempt % 3] as SimulatedKiosk, ids[attempt % 3] ?? '')).toMatchObject({ status: 200 });
    }
    now += 31_000;
    const refused = await ask(kiosks[0] as SimulatedKiosk, ids[0] ?? '');
    expect(refused).toMatchObject({ status: 429, code: 'verification_limited', retryAfter: 86_400 - 5 * 31 });
    now += refused.retryAfter * 1000;
    expect(await ask(kiosks[0] as SimulatedKiosk, ids[0] ?? '')).toMatchObject({ status: 200 });
    expect(textsTo(number)).toHaveLength(6);
  });

  test('sixty texts an hour from one kiosk', async () => {
    const [kiosk, other] = [await enrol(), await enrol()];
    const numbers = Array.from({ length: 61 }, someone);
    const ids = await deliver(kiosk, await kiosk.records(numbers));
    const answers = [];
    for (const id of ids) answers.push((await ask(kiosk, id)).status);
    expect(answers).toEqual([...Array.from({ length: 60 }, () => 200), 429]);
    expect(await ask(other, await capture(other, someone()))).toMatchObject({ status: 200 });
    now += 3_600_000;
    expect(await ask(kiosk, ids[60] ?? '')).toMatchObject({ status: 200 });
  });

  test('twenty texts an hour into one block of a thousand numbers, also when they are asked for at once', async () => {
    const kiosks = [await enrol(), await enrol(), await enrol(), await enrol(), await enrol()];
    const asks: (() => Promise<Answer>)[] = [];
    for (const [at, kiosk] of kiosks.entries()) {
      const numbers = Array.from({ length: 6 }, (_, index) => mobile(95_000 + at * 6 + index));
      const ids = await deliver(kiosk, await kiosk.records(numbers));
      asks.push(...ids.map((id) => () => ask(kiosk, id)));
    }
    const answers = await Promise.all(asks.map((each) => each()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(answers.filter(({ code }) => code === 'verification_limited')).toHaveLength(10);
  });
});

test('a change of number is confirmed by the new number', async () => {
  const kiosk = await enrol();
  const [before, after] = [someone(), someone()];
  await capture(kiosk, before);
  const changed = await kiosk.record(kiosk.numberChange(before, after), { type: 'number_changed' });
  const [id = ''] = await deliver(kiosk, [changed]);
  const { verificationId } = await ask(kiosk, id);
  expect(textsTo(before)).toEqual([]);
  expect(await check(kiosk, verificationId, lastCode(after))).toMatchObject({ confirmed: true });
  expect(await lookup(after)).toMatchObject([{ verification: 'confirmed', state: 'opened' }]);
  expect(await lookup(before)).toMatchObject([
    { type: 'number_changed', verification: null },
    { type: 'given', state: 'withdrawn' },
  ]);
});

test('no code goes to a number that has withdrawn; one goes out for an agreement that may be later', async () => {
  const [kiosk, other] = [await enrol(), await enrol()];
  const number = someone();
  const before = await other.record(other.body(number));
  now += 60_000;
  const [ended = ''] = await deliver(kiosk, [await kiosk.record(kiosk.body(number))]);
  await deliver(kiosk, [await kiosk.record(kiosk.withdrawal(number), { type: 'withdrawn' })]);
  now += 60_000;
  expect(await ask(kiosk, ended)).toMatchObject({ status: 429, code: 'verification_limited' });
  expect(textsTo(number)).toHaveLength(0);
  const [late = ''] = await deliver(other, [before]);
  expect(await ask(other, late)).toMatchObject({ status: 200 });
  expect(textsTo(number)).toHaveLength(1);
  expect((await lookup(number)).map(({ state }) => state)).toEqual(['opened', 'opened', 'withdrawn']);
});

test('a call needs no confirmation, and says so', async () => {
  const kiosk = await enrol();
  const number = someone();
  await capture(kiosk, number, {
    choices: [{ purpose: 'marketing', channel: 'call', answer: 'granted', inputModality: 'touch' }],
  });
  expect(await lookup(number)).toMatchObject([{ verification: null, state: 'opened' }]);
});

test('neither number nor code is in the log or the database', async () => {
  const kiosk = await enrol();
  const number = phoneNumberSchema.parse(someone());
  const { verificationId } = await ask(kiosk, await capture(kiosk, number));
  const code = lastCode(number);
  await check(kiosk, verificationId, wrong(code));
  await check(kiosk, verificationId, code);
  const tables = await server.database.query("select tablename from pg_tables where schemaname = 'public'");
  let everything = server.logged();
  for (const { tablename } of tables.rows) {
    const { rows } = await server.database.query(`select t::text as row from ${tablename} t`);
    everything += rows.map(({ row }) => row).join('\n');
  }
  expect(everything).toContain(verificationId);
  expect(everything).not.toContain(number.slice(1));
  expect(everything).not.toContain(number.slice(3));
  // Six digits alone can be part of a hash or a time: between other letters or digits they are not the code.
  expect(everything).not.toMatch(new RegExp(`(?<![0-9A-Za-z_.-])${code}(?![0-9A-Za-z_-])`));
});
