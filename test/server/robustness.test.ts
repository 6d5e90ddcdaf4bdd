import { encode } from 'cborg';
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toWire } from '../../protocol/record.ts';
import { problemSchema } from '../../shared/contracts/wire.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let kiosk: SimulatedKiosk;
beforeAll(async () => {
  server = await startTestServer();
  kiosk = await server.enrol();
});
afterAll(() => server.close());

const paths = fc.oneof(
  fc.constantFrom(
    '/health',
    '/openapi.json',
    '/v1/records',
    '/v1/configuration',
    '/v1/enrolments',
    '/v1/enrolment-codes',
    '/v1/kiosks',
    '/v1/alarms',
    '/v1/subjects/lookup',
    '/v1/verifications',
    '/v1/verifications/00000000-0000-4000-8000-000000000000/checks',
    '/outbox',
  ),
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => `/m/${encodeURIComponent(text.toWellFormed())}`),
  fc.constantFrom('/m/AAAAAAAAAAAAAAAAAAAAAA/withdraw', '/m/AAAAAAAAAAAAAAAAAAAAAA/confirm', '/m/', '/m/a/b'),
  fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .map((text) => `/v1/kiosks/${encodeURIComponent(text.toWellFormed())}/revoke`),
  fc.webPath().map((path) => path || '/'),
);
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('\u0000', '\ud800', '+447400100001', '__proto__', '1e400', '-1', "'; drop table records; --"),
  fc.json(),
);
const members = fc.constantFrom(
  'code',
  'devicePublicKey',
  'applicationVersion',
  'storeId',
  'number',
  'version',
  'records',
  '__proto__',
);
const json = fc.oneof(
  fc.dictionary(members, fc.oneof(nasty, fc.jsonValue(), fc.constant(1))).map((value) => JSON.stringify(value)),
  fc.record({ storeId: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/) }).map((value) => JSON.stringify(value)),
  fc
    .record({ code: nasty, devicePublicKey: fc.stringMatching(/^[A-Za-z0-9_-]{43}$/), applicationVersion: nasty })
    .map((value) => JSON.stringify(value)),
  nasty,
);
const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      'application/json',
      'text/plain',
      'application/json; charset=utf-16',
      'application/cbor',
      '',
      'multipart/form-data',
    ),
    'content-encoding': fc.constantFrom('gzip', 'br', 'identity', ''),
    authorization: fc.constantFrom('Bearer an-administrators-token-for-tests', 'Bearer x', 'Basic', ''),
    host: fc.constantFrom('countersign.test', 'a b', '[::1', '', 'x:99999'),
    'content-digest': fc.constantFrom('sha-256=:AA==:', 'x', ''),
    'signature-input': fc.oneof(
      fc.constantFrom('sig=();keyid="x"', 'sig=1', '((', 'sig=("@method");created=1;keyid="x";nonce="y";alg="ed25519"'),
      fc.string({ maxLength: 40 }).map((text) => text.replaceAll(/[^ -~]/g, '')),
    ),
    signature: fc.constantFrom('sig=:AAAA:', 'sig=1', '', `sig=:${'A'.repeat(86)}:`),
    'if-none-match': fc.constantFrom('*', '"x"', ','),
    'transfer-encoding': fc.constantFrom('chunked'),
  },
  { requiredKeys: ['host'] },
);

function expectNoServerError(status: number, text: string): void {
  expect(status, text).toBeLessThan(500);
  expect(text).not.toMatch(/\bat .*\.(ts|js):\d+/);
  // People get a page.
  if (status >= 400 && !text.startsWith('<!doctype html>')) problemSchema.parse(JSON.parse(text));
}

test('1,500 generated requests get no 5xx, and every refusal has its form', async () => {
  const requests = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD'),
    url: paths,
    headers,
    payload: json,
  });
  await fc.assert(
    fc.asyncProperty(requests, async ({ method, payload, ...rest }) => {
      const body = method === 'GET' || method === 'HEAD' ? {} : { payload };
      const response = await server.app.inject({ method, ...rest, ...body } as InjectOptions);
      if (method !== 'HEAD') expectNoServerError(response.statusCode, response.body);
    }),
    { numRuns: 1_500 },
  );
}, 120_000);

test('500 generated batches, well signed, get no 5xx', async () => {
  const [record] = await kiosk.records([mobile(1)]);
  const good = record === undefined ? undefined : toWire(record);
  const header = JSON.parse(good?.header ?? '{}') as Record<string, unknown>;
  const oddHeader = fc.record(
    {
      ...Object.fromEntries(Object.entries(header).map(([name, value]) => [name, fc.constant(value)])),
      sequence: fc.oneof(fc.maxSafeNat(), fc.double(), nasty),
      extra: nasty,
      storeId: fc.oneof(fc.constant('a'), nasty),
      recordId: fc.oneof(fc.uuid(), nasty),
      deviceTime: fc.oneof(fc.constant('9999-12-31T23:59:59.999Z'), nasty),
    },
    { requiredKeys: Object.keys(header) as never },
  );
  const oddRecord = fc.record({
    header: fc.oneof(
      oddHeader.map((value) => JSON.stringify(value)),
      nasty,
      fc.constant(good?.header),
    ),
    bodyHash: fc.oneof(fc.constant(good?.bodyHash), fc.stringMatching(/^[A-Za-z0-9_-]{43}$/)),
    sealed: fc.oneof(fc.constant(good?.sealed), fc.uint8Array({ maxLength: 40 }), nasty),
    signature: fc.oneof(fc.constant(good?.signature), fc.stringMatching(/^[A-Za-z0-9_-]{86}$/)),
  });
  const batch = fc.record({ version: fc.constantFrom(1, 2), records: fc.array(oddRecord, { maxLength: 5 }) });
  const flip = fc.record({ at: fc.nat(10_000), to: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(batch, fc.option(flip), async (value, flipped) => {
      const body = encode(value);
      if (flipped !== null) body[flipped.at % body.length] = flipped.to;
      const reply = await kiosk.sendPacked(body);
      expectNoServerError(reply.status, reply.text);
    }),
    { numRuns: 500 },
  );
}, 120_000);

test('signed records with odd but allowed headers are taken in and opened', async () => {
  const odd = await server.enrol();
  const body = odd.body(mobile(2));
  const records = [
    await odd.record(body, { deviceTime: '9999-12-31T23:59:59.999Z' }),
    await odd.record(body, { monotonicTime: Number.MAX_SAFE_INTEGER }),
    await odd.record(body, { sequence: Number.MAX_SAFE_INTEGER - 1 }),
    await odd.record(body, { sequence: Number.MAX_SAFE_INTEGER }),
  ];
  const answer = await odd.deliver(records);
  expect(answer.answers.map(({ outcome }) => outcome)).toEqual(Array(4).fill('countersigned'));
  expect(answer.missing).toEqual([{ from: 3, to: Number.MAX_SAFE_INTEGER - 2 }]);
  await server.openingWorker.settled();
  const lookup = await server.admin('POST', '/v1/subjects/lookup', { number: mobile(2) });
  expect((lookup.json as { records: unknown[] }).records).toHaveLength(4);
});

test('kept 10: a load balancer may ask for the health with HEAD', async () => {
  const { statusCode, body } = await server.app.inject({ method: 'HEAD', url: '/health' });
  expect([statusCode, body]).toEqual([200, '']);
});
