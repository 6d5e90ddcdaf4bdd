import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { genesisHash } from '../../protocol/chain.ts';
import { readConfiguration } from '../../protocol/configuration.ts';
import { countersignatureHash, countersignatureHolds } from '../../protocol/countersignature.ts';
import { generateSigningKey, importPublicKey } from '../../protocol/signing.ts';
import { enrolmentAnswerSchema } from '../../shared/contracts/wire.ts';
import { serverUrl, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
afterEach(() => server.setClock(() => new Date()));

const { publicKey: devicePublicKey } = generateSigningKey();

const anotherKey = () => ({ devicePublicKey: generateSigningKey().publicKey });

async function enrol(code: string, form: object = {}) {
  const body = Buffer.from(JSON.stringify({ code, devicePublicKey, applicationVersion: '1', ...form }));
  const headers = { 'content-type': 'application/json' };
  const reply = await server.send({ method: 'POST', url: `${serverUrl}/v1/enrolments`, headers, body });
  const { serverTime: _, ...rest } = JSON.parse(reply.text);
  return { status: reply.status, rest, text: reply.text };
}

/** Another secret under the same name. */
const wrong = (code: string, last: string): string => `${code.slice(0, 10)}${code.slice(10, 13)}${last}`;
const refused = { status: 403, rest: { code: 'enrolment_code_refused', details: {} } };

test('the answer holds everything a kiosk pins, and it verifies', async () => {
  const { status, text } = await enrol(await server.createCode('oak-street'));
  expect(status).toBe(200);
  const answer = enrolmentAnswerSchema.parse(JSON.parse(text));
  const key = importPublicKey(answer.signingKey.publicKey);
  expect(answer.storeId).toBe('oak-street');
  expect(answer.countersignature).toMatchObject({
    sequence: 0,
    kioskId: answer.kioskId,
    chainHash: genesisHash(answer.kioskId, devicePublicKey),
    epoch: answer.epoch,
  });
  expect(countersignatureHolds(answer.countersignature, key)).toBe(true);
  expect(readConfiguration(answer.configuration, key).storeId).toBe('oak-street');
  const { rows } = await server.database.query('select hash from countersignatures where kiosk_id = $1', [
    answer.kioskId,
  ]);
  expect(rows).toEqual([{ hash: countersignatureHash(answer.countersignature) }]);
});

test('a code is typed with forgiveness', async () => {
  const code = await server.createCode();
  const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  expect((await enrol(`  ${typed} `)).status).toBe(200);
});

test('a code lets one kiosk in', async () => {
  const code = await server.createCode();
  const replies = await Promise.all([0, 1, 2, 3].map(() => enrol(code, anotherKey())));
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403]);
  expect(await enrol(code, anotherKey())).toMatchObject(refused);
});

test('found 22: the same code with the same device key gets the same answer, and the fleet one kiosk', async () => {
  const code = await server.createCode();
  const fleet = async () => (await server.database.query('select count(*)::int as n from kiosks')).rows[0].n as number;
  const [before, key] = [await fleet(), anotherKey()];
  const replies = await Promise.all([0, 1, 2].map(() => enrol(code, key)));
  server.setClock(() => new Date(Date.now() + 30 * 60_000));
  replies.push(await enrol(code, key));
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const answers = replies.map(({ text }) => enrolmentAnswerSchema.parse(JSON.parse(text)));
  for (const answer of answers) expect({ ...answer, serverTime: '' }).toEqual({ ...answers[0], serverTime: '' });
  expect(await fleet()).toBe(before + 1);
  expect(await enrol(code, anotherKey())).toMatchObject(refused);
  expect(await enrol(wrong(code, code.at(-1) === '7' ? '8' : '7'), key)).toMatchObject(refused);
});

test('found 22: a kiosk that was revoked since does not come back with its old code', async () => {
  const [code, key] = [await server.createCode(), anotherKey()];
  const { kioskId } = enrolmentAnswerSchema.parse(JSON.parse((await enrol(code, key)).text));
  await server.admin('POST', `/v1/kiosks/${kioskId}/revoke`);
  expect(await enrol(code, key)).toMatchObject(refused);
});

test('a code ends after ten minutes', async () => {
  const [early, late] = [await server.createCode(), await server.createCode()];
  server.setClock(() => new Date(Date.now() + 9.9 * 60_000));
  expect((await enrol(early)).status).toBe(200);
  server.setClock(() => new Date(Date.now() + 10 * 60_000));
  expect(await enrol(late)).toMatchObject(refused);
});

test('five wrong secrets kill a code, also when they come at once', async () => {
  const code = await server.createCode();
  const last = code.at(-1) === '7' ? '8' : '7';
  for (let attempt = 0; attempt < 4; attempt++) expect(await enrol(wrong(code, last))).toMatchObject(refused);
  const stillGood = await server.createCode();
  await Promise.all(Array.from({ length: 5 }, () => enrol(wrong(stillGood, stillGood.at(-1) === '7' ? '8' : '7'))));
  expect(await enrol(stillGood)).toMatchObject(refused);
  expect((await enrol(code)).status).toBe(200);
});

test('every refusal looks alike', async () => {
  const used = await server.createCode();
  await enrol(used, anotherKey());
  const answers = await Promise.all([
    enrol(used),
    enrol('ZZZZ-ZZZZ-ZZZZ'),
    enrol('no code'),
    enrol(''),
    enrol('U'.repeat(12)),
  ]);
  for (const answer of answers) expect(answer).toMatchObject(refused);
  expect(new Set(answers.map(({ rest }) => JSON.stringify(rest))).size).toBe(1);
});

test('the secret of a code is not in the database', async () => {
  const code = await server.createCode();
  const { rows } = await server.database.query('select * from enrolment_codes where name = $1', [code.slice(0, 4)]);
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(code.slice(5, 9));
});

test.each([
  { devicePublicKey: 'short' },
  { applicationVersion: 'nul \u0000' },
  { applicationVersion: '\ud800' },
  { extra: 1 },
  { code: 'x'.repeat(41) },
])('a malformed form is refused: %j', async (form) => {
  expect(await enrol('', form)).toMatchObject({ status: 400, rest: { code: 'request_malformed' } });
});

test('guessing is slowed down by address', async () => {
  const slow = await startTestServer({ enrolmentsPerMinute: 3 });
  try {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 5; attempt++) {
      const body = Buffer.from(JSON.stringify({ code: 'ZZZZ-ZZZZ-ZZZZ', devicePublicKey, applicationVersion: '1' }));
      const headers = { 'content-type': 'application/json' };
      const reply = await slow.send({ method: 'POST', url: `${serverUrl}/v1/enrolments`, headers, body });
      statuses.push(reply.status);
      if (reply.status === 429) {
        expect(JSON.parse(reply.text).code).toBe('too_many_requests');
        expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
      }
    }
    expect(statuses).toEqual([403, 403, 403, 429, 429]);
  } finally {
    await slow.close();
  }
});
