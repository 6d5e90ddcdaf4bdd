import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { batchMediaType, packBatch } from '../../protocol/batch.ts';
import { toWire } from '../../protocol/record.ts';
import { signRequest } from '../../protocol/request-signature.ts';
import { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer, type TestServerOptions } from './test-server.ts';

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  while (ends.length > 0) await ends.pop()?.();
});

/** A server that really listens. */
async function listen(options?: TestServerOptions): Promise<{ server: TestServer; url: string; port: number }> {
  const server = await startTestServer(options);
  ends.push(() => server.close());
  const url = await server.app.listen({ port: 0, host: '127.0.0.1' });
  return { server, url, port: Number(new URL(url).port) };
}

/** Sends the head of a request and then nothing. */
async function sendHead(port: number, headers: Record<string, string>): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  ends.push(() => socket.destroy());
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST /v1/records HTTP/1.1\r\n${lines.join('')}\r\n`);
  return socket;
}

const answerOf = async (socket: Socket): Promise<string> =>
  await new Promise((resolve) => socket.once('data', (data) => resolve(String(data).split('\r\n')[0] ?? '')));

describe('places at the intake', () => {
  it('kept 8: heads of batches without a key, and without a body, take no place from anybody', async () => {
    const { server, url, port } = await listen();
    const kiosk = await SimulatedKiosk.enrol(url, await server.createCode());
    const head = { host: `127.0.0.1:${port}`, 'content-type': batchMediaType, 'content-length': '100000' };
    const sockets = await Promise.all(Array.from({ length: 64 }, () => sendHead(port, head)));
    const answers = await Promise.all(sockets.map(answerOf));
    expect(new Set(answers)).toEqual(new Set(['HTTP/1.1 401 Unauthorized']));
    expect((await kiosk.deliver(await kiosk.records([mobile(1)]))).countersignatures).toHaveLength(1);
  });

  it('kept 8: a kiosk that signs heads and sends no bodies has a few requests under way, and holds nobody up', async () => {
    const { server, url, port } = await listen();
    const hostile = await SimulatedKiosk.enrol(url, await server.createCode());
    const kiosk = await SimulatedKiosk.enrol(url, await server.createCode());
    const sockets: Socket[] = [];
    for (let index = 0; index < 64; index++) {
      const body = packBatch((await hostile.records([mobile(index)])).map(toWire));
      const request = { method: 'POST', url: `${url}/v1/records`, headers: { 'content-type': batchMediaType }, body };
      const headers = await signRequest(request, hostile.id, hostile.privateKey, new Date());
      const length = { 'content-length': String(body.length), host: `127.0.0.1:${port}` };
      sockets.push(await sendHead(port, { ...headers, ...length }));
    }
    const refused: string[] = [];
    for (const socket of sockets) socket.once('data', (data) => refused.push(String(data).slice(0, 12)));
    await delay(1_000);
    expect((await kiosk.deliver(await kiosk.records([mobile(100)]))).countersignatures).toHaveLength(1);
    expect(refused).toEqual(Array(56).fill('HTTP/1.1 429'));
    for (const socket of sockets) socket.destroy();
    await delay(300);
    expect((await hostile.request('GET', '/v1/configuration')).status).toBe(200);
  });

  it('kept 8: slow bodies of many kiosks hold no place', async () => {
    const { server, url, port } = await listen();
    const kiosk = await SimulatedKiosk.enrol(url, await server.createCode());
    for (let index = 0; index < 40; index++) {
      const slow = await SimulatedKiosk.enrol(url, await server.createCode());
      const body = packBatch((await slow.records([mobile(index)])).map(toWire));
      const request = { method: 'POST', url: `${url}/v1/records`, headers: { 'content-type': batchMediaType }, body };
      const headers = await signRequest(request, slow.id, slow.privateKey, new Date());
      await sendHead(port, { ...headers, 'content-length': String(body.length), host: `127.0.0.1:${port}` });
    }
    await delay(500);
    expect((await kiosk.deliver(await kiosk.records([mobile(100)]))).countersignatures).toHaveLength(1);
  });

  it('kept 8: a network that is refused again and again is not looked up any more, and who has signed well goes on', async () => {
    const { server, url } = await listen({ refusalsPerMinute: 20 });
    const kiosk = await SimulatedKiosk.enrol(url, await server.createCode());
    expect((await kiosk.request('GET', '/v1/configuration')).status).toBe(200);
    const stranger = () => fetch(`${url}/v1/configuration`).then(({ status }) => status);
    const answers = await Promise.all(Array.from({ length: 40 }, stranger));
    expect(answers.filter((status) => status === 401)).toHaveLength(20);
    expect(answers.filter((status) => status === 429)).toHaveLength(20);
    expect((await kiosk.request('GET', '/v1/configuration')).status).toBe(200);
    const forged = () =>
      kiosk.request('GET', '/v1/configuration', undefined, {}, (exchange) => ({
        ...exchange,
        headers: { ...exchange.headers, signature: `sig=:${Buffer.alloc(64).toString('base64')}:` },
      }));
    const statuses: number[] = [];
    for (let index = 0; index < 30; index++) statuses.push((await forged()).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(20);
    expect(statuses.at(-1)).toBe(429);
  });

  it('kept 10: a kiosk that this process has never heard goes on behind an address that is refused, and while somebody forges its name', async () => {
    const { server, url } = await listen({ refusalsPerMinute: 20 });
    const kiosk = await SimulatedKiosk.enrol(url, await server.createCode());
    const stranger = async () => (await SimulatedKiosk.enrol(url, await server.createCode())).privateKey;
    const invented = async () => {
      const headers = await signRequest(
        { method: 'GET', url: `${url}/v1/configuration`, headers: {}, body: new Uint8Array() },
        randomUUID(),
        await stranger(),
        new Date(),
      );
      return await fetch(`${url}/v1/configuration`, { headers });
    };
    const answers: string[] = [];
    for (let index = 0; index < 30; index++) answers.push(((await (await invented()).json()) as { code: string }).code);
    expect(answers.filter((code) => code === 'kiosk_unknown')).toHaveLength(20);
    expect(answers.slice(20)).toEqual(Array(10).fill('too_many_requests'));
    expect((await kiosk.request('GET', '/v1/configuration')).status).toBe(200);
    const forged = () =>
      kiosk.request('GET', '/v1/configuration', undefined, {}, (exchange) => ({
        ...exchange,
        headers: { ...exchange.headers, signature: `sig=:${Buffer.alloc(64).toString('base64')}:` },
      }));
    let status = 0;
    for (let index = 0; index < 25; index++) status = (await forged()).status;
    expect(status).toBe(429);
    expect((await kiosk.request('GET', '/v1/configuration')).status).toBe(200);
  });

  it('kept 10: wrong tokens are slowed down wherever one is asked for, and a right one from the same address is not', async () => {
    const server = await startTestServer({ refusalsPerMinute: 20, behindProxy: true });
    ends.push(() => server.close());
    const guess = async (index: number, address: string) => {
      const url = ['/v1/kiosks', '/v1/alarms', '/outbox', `/outbox?key=${index}`][index % 4] ?? '';
      const headers = { authorization: `Bearer guess-${index}`, 'x-forwarded-for': address };
      return await server.app.inject({ url, headers });
    };
    const answers: number[] = [];
    for (let index = 0; index < 30; index++) answers.push((await guess(index, '203.0.113.5')).statusCode);
    expect(answers).toEqual([...Array(20).fill(401), ...Array(10).fill(429)]);
    expect(Number((await guess(0, '203.0.113.5')).headers['retry-after'])).toBeGreaterThan(0);
    expect((await guess(0, '203.0.113.6')).statusCode).toBe(401);
    for (const url of ['/v1/kiosks', '/outbox']) {
      const headers = { authorization: `Bearer ${server.parts.adminToken}`, 'x-forwarded-for': '203.0.113.5' };
      expect((await server.app.inject({ url, headers })).statusCode).toBe(200);
    }
  });

  it('kept 10: the health is looked up once however many ask, and not kept for long', async () => {
    const server = await startTestServer({ healthMilliseconds: 1_000 });
    ends.push(() => server.close());
    const looked = vi.spyOn(server.parts.jobs, 'countFailed');
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async () => (await server.app.inject('/health')).statusCode),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(looked.mock.calls.length).toBeLessThan(50);
    const before = looked.mock.calls.length;
    await expect
      .poll(
        async () => {
          await server.app.inject('/health');
          return looked.mock.calls.length;
        },
        { timeout: 10_000 },
      )
      .toBeGreaterThan(before);
  });

  it('kept 8: a pause of a second is no reason to turn everybody away, although the measure is without a value then', async () => {
    const { url } = await listen({ eventLoopDelayMilliseconds: 5_000 });
    for (let pause = 0; pause < 3; pause++) {
      const until = performance.now() + 1_050;
      while (performance.now() < until);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await fetch(`${url}/health`)).status).toBe(200);
  }, 20_000);

  it('kept 8: a process that is far behind asks everybody to come back, kiosks, pages and load balancers', async () => {
    const { server, url } = await listen({ eventLoopDelayMilliseconds: 50 });
    const kiosk = await SimulatedKiosk.enrol(url, await server.createCode());
    const until = performance.now() + 3_000;
    while (performance.now() < until) {
      const busy = performance.now() + 250;
      while (performance.now() < busy);
      await delay(1);
    }
    const health = await fetch(`${url}/health`);
    expect([health.status, await health.json()]).toMatchObject([503, { code: 'not_ready' }]);
    expect(Number(health.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await kiosk.request('GET', '/v1/configuration')).status).toBe(503);
    expect((await fetch(`${url}/m/AAAAAAAAAAAAAAAAAAAAAA`)).status).toBe(503);
    await expect.poll(async () => (await fetch(`${url}/health`)).status, { timeout: 10_000 }).toBe(200);
  }, 20_000);
});

const oddAddresses: [string, string | null][] = [
  ['203.0.113.5', '203.0.113.5'],
  ['203.0.113.5:51008', '203.0.113.5'],
  ['10.0.0.1, 203.0.113.5:51008', '203.0.113.5'],
  ['2001:db8::17', '2001:db8::17'],
  ['[2001:db8::17]', '2001:db8::17'],
  ['[2001:db8::17]:4711', '2001:db8::17'],
  ['"[2001:db8::17]:4711"', '2001:db8::17'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::ffff:203.0.113.5', '203.0.113.5'],
  ['unknown', null],
  ['_hidden', null],
  ['_SEVKISEK:1', null],
  ['', '127.0.0.1'],
  [',', '127.0.0.1'],
  ['203.0.113.500', null],
  ['for=203.0.113.5', null],
  ["'; drop table records; --", null],
  ['x'.repeat(4_000), null],
  [Array(500).fill('203.0.113.5').join(','), '203.0.113.5'],
];

describe('what proxies say', () => {
  it('kept 9: a batch is taken in whatever X-Forwarded-For says; an address that is none is unknown', async () => {
    const server = await startTestServer({ behindProxy: true });
    ends.push(() => server.close());
    for (const [given, kept] of oddAddresses) {
      const kiosk = await server.enrol();
      const [record] = await kiosk.records([mobile(1)]);
      const body = packBatch(record === undefined ? [] : [toWire(record)]);
      const reply = await kiosk.sendPacked(body, {}, (exchange) => ({
        ...exchange,
        headers: { ...exchange.headers, 'x-forwarded-for': given },
      }));
      expect([given.slice(0, 40), reply.status]).toEqual([given.slice(0, 40), 200]);
      const { rows } = await server.database.query(
        'select host(received_from) as address from records where kiosk_id = $1',
        [kiosk.id],
      );
      expect([given.slice(0, 40), rows[0].address]).toEqual([given.slice(0, 40), kept]);
    }
  }, 30_000);

  it('kept 9: no such header, in any form, makes any route a server error', async () => {
    const server = await startTestServer({ behindProxy: true });
    ends.push(() => server.close());
    const kiosk = await server.enrol();
    const odd = [...oddAddresses.map(([given]) => given), '://', 'https,http', 'a b', '[', 'x:99999', '\u00e9', '%00'];
    const names = [
      'x-forwarded-for',
      'x-forwarded-host',
      'x-forwarded-proto',
      'x-forwarded-port',
      'forwarded',
      'x-real-ip',
    ];
    for (const name of names) {
      for (const value of odd) {
        const tell = `${name}: ${value.slice(0, 30)}`;
        for (const url of ['/health', '/m/AAAAAAAAAAAAAAAAAAAAAA', '/outbox', '/v1/kiosks']) {
          const { statusCode } = await server.app.inject({ url, headers: { host: 'countersign.test', [name]: value } });
          expect(statusCode, `${url} ${tell}`).toBeLessThan(500);
        }
        const reply = await kiosk.request('GET', '/v1/configuration', undefined, {}, (exchange) => ({
          ...exchange,
          headers: { ...exchange.headers, [name]: value },
        }));
        // A host in a usable form is another one than was signed.
        const usableHost = name === 'x-forwarded-host' && reply.status === 401;
        expect(reply.status === 200 || usableHost, `${tell} ${reply.text}`).toBe(true);
      }
    }
  }, 60_000);

  it('kept 9: limits count an address whatever port the proxy names, and a whole IPv6 network as one', async () => {
    const server = await startTestServer({ behindProxy: true, pagesPerMinute: 3 });
    ends.push(() => server.close());
    const page = async (address: string) => {
      const headers = { 'x-forwarded-for': address };
      return (await server.app.inject({ url: '/m/AAAAAAAAAAAAAAAAAAAAAA', headers })).statusCode;
    };
    for (const port of [1, 2, 3]) expect(await page(`203.0.113.5:${port}`)).toBe(404);
    expect(await page('203.0.113.5:4')).toBe(429);
    for (const host of [1, 2, 3]) expect(await page(`2001:db8:0:1::${host}`)).toBe(404);
    expect(await page('[2001:db8:0:1:ffff::4]:1')).toBe(429);
    expect(await page('2001:db8:0:2::4')).toBe(404);
  });
});
