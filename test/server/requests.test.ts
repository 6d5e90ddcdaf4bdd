import { gzipSync } from 'node:zlib';
import { encode } from 'cborg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { packBatch } from '../../protocol/batch.ts';
import { toWire } from '../../protocol/record.ts';
import { signRequest } from '../../protocol/request-signature.ts';
import { generateSigningKey, importPrivateKey } from '../../protocol/signing.ts';
import { problemSchema, wireLimits } from '../../shared/contracts/wire.ts';
import { type RefusalCode, refusals } from '../../shared/error-catalogue.ts';
import type { Exchange, Reply, SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, serverUrl, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let kiosk: SimulatedKiosk;
beforeAll(async () => {
  server = await startTestServer();
  kiosk = await server.enrol();
});
afterAll(() => server.close());
afterEach(() => {
  server.setClock(() => new Date());
  kiosk.clock = () => new Date();
});

/** The code of a refusal, after checking its form and that it came with the status of its code. */
function refusal(reply: Reply): string {
  const problem = problemSchema.parse(JSON.parse(reply.text));
  expect(reply.status).toBe(refusals[problem.code as RefusalCode].status);
  expect(Math.abs(Date.parse(problem.serverTime) - Date.now())).toBeLessThan(20 * 366 * 86_400_000);
  return problem.code;
}

async function batch(): Promise<Uint8Array> {
  const [record] = await kiosk.records([mobile(1)]);
  return packBatch(record === undefined ? [] : [toWire(record)]);
}

const post = async (body: Uint8Array, tamper?: (exchange: Exchange) => Exchange, headers = {}): Promise<Reply> =>
  await kiosk.sendPacked(body, headers, tamper);

const storedRecords = async (): Promise<number> =>
  (await server.database.query('select count(*)::int as n from records')).rows[0].n;

describe('fault 38: replayed, changed, stale or of an unknown key is refused', () => {
  test('the same request twice is refused the second time', async () => {
    let sent: Exchange | undefined;
    const first = await post(await batch(), (exchange) => {
      sent = exchange;
      return exchange;
    });
    expect(first.status).toBe(200);
    expect(refusal(await server.send(sent as Exchange))).toBe('request_replayed');
  });

  test('two processes refuse the same nonce together: one of eight simultaneous requests passes, as many as a kiosk may have under way', async () => {
    let sent: Exchange | undefined;
    const report = Buffer.from(JSON.stringify({ records: [{ sequence: 1, problem: 'header_unreadable' }] }));
    await kiosk.request('POST', '/v1/damaged-records', report, {}, (exchange) => {
      sent = exchange;
      return { ...exchange, headers: {} };
    });
    const replies = await Promise.all(Array.from({ length: 8 }, () => server.send(sent as Exchange)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(7);
  });

  const changes: [string, string, (exchange: Exchange) => Exchange][] = [
    ['changed body', 'digest_mismatch', (e) => ({ ...e, body: Buffer.from(`${Buffer.from(e.body)} `) })],
    ['changed path', 'signature_invalid', (e) => ({ ...e, url: e.url.replace('records', 'records/') })],
    ['added query', 'signature_invalid', (e) => ({ ...e, url: `${e.url}?a=b` })],
    ['other host', 'signature_invalid', (e) => ({ ...e, url: e.url.replace('countersign.test', 'evil.test') })],
    [
      'no signature',
      'request_unsigned',
      (e) => ({ ...e, headers: { ...e.headers, signature: '', 'signature-input': '' } }),
    ],
    ['no headers', 'request_unsigned', (e) => ({ ...e, headers: { 'content-type': 'application/json' } })],
    [
      'signature header that is no structured field',
      'signature_invalid',
      (e) => ({ ...e, headers: { ...e.headers, signature: '((((' } }),
    ],
    [
      'changed nonce',
      'signature_invalid',
      (e) => ({
        ...e,
        headers: {
          ...e.headers,
          'signature-input':
            e.headers['signature-input']?.replace(
              /nonce="(.)/,
              (_all, first) => `nonce="${first === 'x' ? 'y' : 'x'}`,
            ) ?? '',
        },
      }),
    ],
    [
      'fewer components',
      'signature_invalid',
      (e) => ({
        ...e,
        headers: { ...e.headers, 'signature-input': e.headers['signature-input']?.replace('"@path" ', '') ?? '' },
      }),
    ],
  ];
  test.each(changes)('%s: %s', async (_, code, tamper) => {
    const before = await storedRecords();
    const reply = await post(await batch(), tamper);
    expect([code, 'not_found']).toContain(reply.status === 404 ? 'not_found' : refusal(reply));
    expect(await storedRecords()).toBe(before);
  });

  test('changed method', async () => {
    const reply = await kiosk.request('GET', '/v1/configuration', undefined, {}, (e) => ({ ...e, method: 'POST' }));
    expect(reply.status).toBe(404);
  });

  test('a signature for another route', async () => {
    const reply = await kiosk.request('GET', '/v1/configurations', undefined, {}, (e) => ({
      ...e,
      url: `${serverUrl}/v1/configuration`,
    }));
    expect(refusal(reply)).toBe('signature_invalid');
  });

  test.each([-299, 299])('a clock %i s off is tolerated', async (seconds) => {
    kiosk.clock = () => new Date(Date.now() + seconds * 1000);
    expect((await kiosk.request('GET', '/v1/configuration')).status).toBe(200);
  });

  test.each([-302, 302, -315_360_000, 315_360_000])(
    'a clock %i s off is stale, and is told the time',
    async (seconds) => {
      kiosk.clock = () => new Date(Date.now() + seconds * 1000);
      const reply = await kiosk.request('GET', '/v1/configuration');
      expect(refusal(reply)).toBe('request_stale');
      expect(Math.abs(Date.parse(JSON.parse(reply.text).serverTime) - Date.now())).toBeLessThan(5_000);
    },
  );

  test('a server whose clock jumped ten years refuses as stale, and nothing else breaks', async () => {
    server.setClock(() => new Date(Date.now() + 315_360_000_000));
    expect(refusal(await kiosk.request('GET', '/v1/configuration'))).toBe('request_stale');
  });

  test('two signatures in one request, the second of another kiosk, speak for neither', async () => {
    const other = await server.enrol();
    const url = `${serverUrl}/v1/configuration`;
    const body = new Uint8Array();
    const request = { method: 'GET', url, headers: {}, body };
    const mine = await signRequest(request, kiosk.id, generatedKey(), new Date());
    const theirs = await signRequest(request, other.id, other.privateKey, new Date());
    const both = (name: string) => `${mine[name]}, ${theirs[name]?.replace(/^sig/, 'sig2')}`;
    const headers = { ...mine, signature: both('signature'), 'signature-input': both('signature-input') };
    expect(refusal(await server.send({ method: 'GET', url, headers, body }))).toBe('signature_invalid');
  });

  test.each(['abc', '00000000-0000-4000-8000-000000000000', "' or 1=1", 'x'.repeat(5_000)])(
    'unknown kiosk %#',
    async (id) => {
      const request = { method: 'GET', url: `${serverUrl}/v1/configuration`, headers: {}, body: new Uint8Array() };
      const headers = await signRequest(request, id, kiosk.privateKey, new Date());
      expect(refusal(await server.send({ ...request, method: 'GET', headers }))).toBe('kiosk_unknown');
    },
  );

  test('a key that is not the enrolled one', async () => {
    const request = { method: 'GET', url: `${serverUrl}/v1/configuration`, headers: {}, body: new Uint8Array() };
    const headers = await signRequest(request, kiosk.id, generatedKey(), new Date());
    expect(refusal(await server.send({ ...request, method: 'GET', headers }))).toBe('signature_invalid');
  });

  test('a revoked kiosk is refused; what it sent stays', async () => {
    const lost = await server.enrol();
    await lost.deliver(await lost.records([mobile(3)]));
    expect((await server.admin('POST', `/v1/kiosks/${lost.id}/revoke`)).status).toBe(200);
    expect(refusal(await lost.request('GET', '/v1/configuration'))).toBe('kiosk_revoked');
    expect(refusal(await lost.sendWire((await lost.records([mobile(4)])).map(toWire)))).toBe('kiosk_revoked');
    const { rows } = await server.database.query('select 1 from records where kiosk_id = $1', [lost.id]);
    expect(rows).toHaveLength(1);
  });
});

const generatedKey = () => importPrivateKey(generateSigningKey().privateKey);

describe('body', () => {
  test.each([
    ['not CBOR', Buffer.from('<html>')],
    ['another shape', encode({ records: [] })],
    ['no record', encode({ version: 1, records: [] })],
    ['a member too many', encode({ version: 1, records: [], more: 1 })],
    ['a member twice', Buffer.from([0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x01])],
    ['more behind it', Buffer.concat([encode({ version: 1, records: [] }), Buffer.from([0x00])])],
    ['cut off', encode({ version: 1, records: [] }).subarray(0, -1)],
    ['an array that claims to be endless', Buffer.from([0x9f, 0xff])],
    ['an array that claims to be huge', Buffer.from([0x9b, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['bytes that claim to be huge', Buffer.from([0x5a, 0xff, 0xff, 0xff, 0xff])],
    ['null', encode(null)],
    ['nothing', Buffer.alloc(0)],
    ['deep', Buffer.alloc(1_000_000, 0x81)],
  ])('a batch: %s', async (_, body) => {
    expect(refusal(await post(body))).toBe('request_malformed');
  });

  test.each([
    ['not JSON', Buffer.from('<html>')],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['null', Buffer.from('null')],
    ['nothing', Buffer.alloc(0)],
    ['deep', Buffer.from('['.repeat(100_000) + ']'.repeat(100_000))],
  ])('JSON: %s', async (_, body) => {
    expect(refusal(await kiosk.request('POST', '/v1/records', body))).toBe('request_malformed');
  });

  test('a batch in JSON', async () => {
    const [record] = await kiosk.records([mobile(1)]);
    const json = JSON.stringify({ version: 1, records: record === undefined ? [] : [toWire(record)] });
    expect(refusal(await kiosk.request('POST', '/v1/records', Buffer.from(json)))).toBe('request_malformed');
  });

  test('over the size limit', async () => {
    expect(refusal(await post(Buffer.alloc(wireLimits.bodyBytes + 1, 0x20)))).toBe('body_too_large');
  });

  test('a compression bomb is not opened', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20));
    expect(bomb.length).toBeLessThan(wireLimits.bodyBytes);
    const before = process.memoryUsage().rss;
    expect(refusal(await post(bomb, undefined, { 'content-encoding': 'gzip' }))).toBe('request_malformed');
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  test.each([
    ['gzip', gzipSync(encode({ version: 1, records: [] }))],
    ['br', Buffer.from('{}')],
    ['gzip, gzip', Buffer.from('{}')],
  ])('compressed: %s', async (encoding, body) => {
    expect(refusal(await post(body, undefined, { 'content-encoding': encoding }))).toBe('request_malformed');
  });

  test('another content type', async () => {
    expect(refusal(await post(Buffer.from('a=b'), undefined, { 'content-type': 'text/plain' }))).toBe(
      'request_malformed',
    );
  });

  test('unknown route', async () => {
    expect(refusal(await kiosk.request('GET', '/v1/nothing'))).toBe('not_found');
    expect(refusal(await kiosk.request('GET', '/%c0%ae'))).toBe('request_malformed');
  });
});
