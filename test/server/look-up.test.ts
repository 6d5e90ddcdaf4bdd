import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { receiptCode } from '../../protocol/record.ts';
import { inTransaction } from '../../server/platform/database/transaction.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let kiosk: SimulatedKiosk;
beforeAll(async () => {
  server = await startTestServer({ publicUrl: 'http://countersign.test' });
  kiosk = await server.enrol('mill-lane');
});
afterAll(() => server.close());

interface Found {
  records: {
    receiptCode: string;
    number: string;
    state: string;
    withdrawal: { at: string; by: string; receiptCode: string | null; storeId: string | null } | null;
    choices: { purpose: string; channel: string; inputModality: string }[];
    notices: { hash: string; notice: { purpose: string; heading: string; boxes: { sentence: string }[] } | null }[];
    presentation: object;
    privacyNotice: { hash: string; inSightAfterMilliseconds: number | null } | null;
  }[];
  privacyNotices: { hash: string; notice: { title: string; sections: unknown[] } | null }[];
}

const ask = async (question: object): Promise<Found> => {
  const { status, json } = await server.admin('POST', '/v1/subjects/lookup', question);
  expect([status, json]).toEqual([200, expect.anything()]);
  return json;
};
const refused = async (question: object) => {
  const { status, json } = await server.admin('POST', '/v1/subjects/lookup', question);
  return { status, ...(json as { code: string; details: { at: string; words: string } }) };
};

async function deliver(body: object, type = 'given'): Promise<string> {
  const record = await kiosk.record(body, { type });
  await kiosk.deliver([record]);
  await server.openingWorker.settled();
  return receiptCode((JSON.parse(record.header) as { recordId: string }).recordId);
}

const withdrawal = (number: string, by = 'self_service') => ({ ...kiosk.withdrawal(number), collectionMethod: by });

test.each([
  ['07400 100 021'],
  ['(07400) 100-021'],
  ['+44 7400 100021'],
  ['0044 7400 100021'],
  ['447400100021'],
  [' +447400100021 '],
  ['٠٧٤٠٠١٠٠٠٢١'],
])('found 33: %s finds the number of the shop in Britain', async (number) => {
  if ((await ask({ number: '+447400100021' })).records.length === 0) await deliver(kiosk.body('+447400100021'));
  expect((await ask({ number })).records).toMatchObject([{ number: '+••••••••••21' }]);
});

test('found 33: another country is named, or the number is international; what left its plan is still found', async () => {
  await deliver(kiosk.body('+33612345601'));
  await deliver(kiosk.body('+22501234567'));
  expect((await ask({ number: '06 12 34 56 01', country: 'FR' })).records).toHaveLength(1);
  expect((await ask({ number: '+33 6 12 34 56 01' })).records).toHaveLength(1);
  expect((await ask({ number: '+225 01 23 45 67' })).records).toHaveLength(1);
  expect((await ask({ number: '00225 01234567' })).records).toHaveLength(1);
  expect((await ask({ number: '07400 999 999' })).records).toEqual([]);
});

describe('found 33: what is wrong is said with its field, without repeating it', () => {
  test.each<[object, string, RegExp]>([
    [{ number: '06 12 34 56 01' }, '/number', /GB.*country/],
    [{ number: '123' }, '/number', /too short/],
    [{ number: '+44740010000100' }, '/number', /too long/],
    [{ number: '+9990000000' }, '/number', /No country/],
    [{ number: 'abc' }, '/number', /no phone number/],
    [{ number: '' }, '/number', /./],
    [{ number: '07400100021', country: 'XX' }, '/country', /not a supported region/],
    [{ receiptCode: '9TBD' }, '/receiptCode', /eight letters and digits/],
    [{ receiptCode: '7K3M-Q0XU' }, '/receiptCode', /eight letters and digits/],
    [{}, '', /one of number and receiptCode/],
    [{ number: '07400100021', receiptCode: '7K3M-Q0XV' }, '', /one of number and receiptCode/],
    [{ number: '07400100021', telephone: '07400100021' }, '/', /does not belong/],
  ])('%j: %s', async (question, at, words) => {
    const answer = await refused(question);
    expect(answer).toMatchObject({ status: 400, code: 'request_malformed', details: { at } });
    expect(answer.details.words).toMatch(words);
    for (const value of Object.values(question)) {
      if (value.length > 3) expect(JSON.stringify(answer)).not.toContain(value);
    }
  });
});

test('found 33: by receipt code, however it is typed, the whole history of its number', async () => {
  const number = mobile(33_001);
  const first = await deliver(kiosk.body(number));
  const second = await deliver(kiosk.body(number));
  const typed = first.toLowerCase().replace('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  for (const code of [first, typed, first.replace('-', '')]) {
    const { records } = await ask({ receiptCode: code });
    expect(records.map((record) => record.receiptCode)).toEqual([second, first]);
  }
  expect((await ask({ receiptCode: '0000-0000' })).records).toEqual([]);
});

test('found 33: a record comes with the words that were agreed to', async () => {
  const number = mobile(33_002);
  await deliver(kiosk.body(number));
  await deliver(kiosk.body(number));
  const { records, privacyNotices } = await ask({ number });
  const [record] = records;
  expect(record?.notices.map(({ notice }) => notice?.heading)).toEqual(['Coffee card', 'News and offers']);
  expect(record?.notices[0]?.notice?.boxes[0]?.sentence).toMatch(/^One text a month/);
  expect(privacyNotices).toMatchObject([{ hash: record?.privacyNotice?.hash, notice: { title: expect.any(String) } }]);
  expect(privacyNotices[0]?.notice?.sections.length).toBeGreaterThan(3);
});

describe('found 33: withdrawn says when, how and where', () => {
  test('on a kiosk, alone or with staff', async () => {
    for (const [by, method] of [
      ['kiosk', 'self_service'],
      ['staff', 'staff_assisted'],
    ] as const) {
      const number = mobile(method === 'self_service' ? 33_003 : 33_004);
      await deliver(kiosk.body(number));
      const code = await deliver(withdrawal(number, method), 'withdrawn');
      const [own, given] = (await ask({ number })).records;
      expect(own).toMatchObject({ state: 'opened', withdrawal: null });
      expect(given).toMatchObject({
        state: 'withdrawn',
        withdrawal: { by, receiptCode: code, storeId: 'mill-lane', at: expect.stringMatching(/^\d{4}-/) },
      });
    }
  });

  test("on the customer's page: the first of two that end it", async () => {
    const number = mobile(33_005);
    const body = kiosk.body(number);
    await deliver(body);
    const page = { method: 'POST', url: `/m/${body.manageToken}/withdraw` } as const;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await server.app.inject({ ...page, headers, payload: '' })).statusCode).toBe(303);
    await deliver(withdrawal(number), 'withdrawn');
    const { records } = await ask({ number });
    expect(records[1]).toMatchObject({
      state: 'withdrawn',
      withdrawal: { by: 'customer_page', receiptCode: null, storeId: null },
    });
  });
});

test('a receipt code is found by an index, not by reading every record', async () => {
  const plan = await inTransaction(server.db, async (transaction) => {
    await sql`set local enable_seqscan = off`.execute(transaction);
    const bits = Buffer.alloc(5);
    return await sql<{ 'QUERY PLAN': string }>`
      explain select subject_id from opened_records
      where substring(sha256(record_id::text::bytea) for 5) = ${sql.lit(`\\x${bits.toString('hex')}`)}::bytea`.execute(
      transaction,
    );
  });
  const lines = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(lines).toMatch(/Index Scan .*opened_records/);
  expect(lines).not.toContain('Seq Scan');
});

test('kept 18: head office sees how it was shown, by what each box was ticked, and which text was wholly in sight when', async () => {
  const number = mobile(33_018);
  const body = kiosk.body(number);
  const choices = body.choices.map((choice, at) =>
    at === 0 ? choice : { ...choice, answer: 'declined' as const, inputModality: 'none' as const },
  );
  const presentation = {
    ...body.presentation,
    width: 800,
    height: 1280,
    textSize: 'largest' as const,
    readAloud: true,
  };
  await deliver({ ...body, choices, presentation });
  const { records } = await ask({ number });
  expect(records[0]).toMatchObject({
    presentation,
    choices: choices.map(({ answer, inputModality }) => ({ answer, inputModality })),
    notices: body.notices,
    privacyNotice: body.privacyNotice,
  });
  await deliver(withdrawal(number), 'withdrawn');
  expect((await ask({ number })).records[0]?.presentation).toEqual(body.presentation);
});
