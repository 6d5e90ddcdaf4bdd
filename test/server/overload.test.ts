import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SealedRecord, toWire } from '../../protocol/record.ts';
import { wireLimits } from '../../shared/contracts/wire.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('more batches at once than it can work on: some are asked to come back, and nothing is lost', async () => {
  const fleet: { kiosk: SimulatedKiosk; records: SealedRecord[] }[] = [];
  for (let index = 0; index < 48; index++) {
    const kiosk = await server.enrol();
    fleet.push({ kiosk, records: await kiosk.records([mobile(index)]) });
  }

  const send = (each: (typeof fleet)[number]) => each.kiosk.sendWire(each.records.map(toWire));

  const first = await Promise.all(fleet.map(send));
  const refused = fleet.filter((_, index) => first[index]?.status === 503);
  expect(refused.length).toBeGreaterThan(0);
  for (const { status, headers } of first) {
    expect([200, 503]).toContain(status);
    if (status === 503) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  }
  for (const each of refused) expect((await send(each)).status).toBe(200);
  const { rows } = await server.database.query('select count(*)::int as count from records');
  expect(rows[0].count).toBe(fleet.length);
}, 30_000);

test('bodies that drip in keep nobody from delivering, and nothing from being opened', async () => {
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.app.server.address() as AddressInfo;
  const dripping: Socket[] = [];
  for (let index = 0; index < 40; index++) {
    const socket = connect(port, '127.0.0.1');
    dripping.push(socket);
    socket.on('error', () => undefined);
    const headers =
      'Host: countersign.test\r\nContent-Type: application/cbor\r\nContent-Length: 1000\r\nExpect: 100-continue';
    socket.write(`POST /v1/records HTTP/1.1\r\n${headers}\r\n\r\n`);
    // "100 Continue": the server has taken the request up and waits for its body.
    expect(String((await once(socket, 'data'))[0])).toContain('100 Continue');
    socket.write('x');
  }
  const kiosk = await server.enrol();
  const records = await kiosk.records([mobile(100), mobile(101)]);
  expect((await kiosk.sendWire(records.map(toWire))).status).toBe(200);
  const opened = `select count(*)::int as count from opened_records where kiosk_id = '${kiosk.id}'`;
  await expect.poll(async () => (await server.database.query(opened)).rows[0].count, { timeout: 10_000 }).toBe(2);
  for (const socket of dripping) socket.destroy();
});

test('a batch may arrive as slowly as its kiosk sends it; headers and silence have less time', () => {
  const { requestTimeout, headersTimeout, timeout, maxConnections } = server.app.server;
  expect(requestTimeout).toBe(wireLimits.requestMilliseconds);
  expect(headersTimeout).toBeLessThanOrEqual(30_000);
  expect(timeout).toBeLessThanOrEqual(60_000);
  expect(maxConnections).toBeLessThan(10_000);
});
