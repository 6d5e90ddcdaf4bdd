import { afterAll, beforeAll, expect, test } from 'vitest';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const routes = [
  ['POST', '/v1/enrolment-codes'],
  ['GET', '/v1/kiosks'],
  ['POST', '/v1/kiosks/00000000-0000-4000-8000-000000000000/revoke'],
  ['GET', '/v1/alarms'],
  ['POST', '/v1/subjects/lookup'],
] as const;

test.each(routes)('%s %s needs the token', async (method, url) => {
  for (const authorization of [
    '',
    'Bearer ',
    'Bearer wrong',
    'Basic YTpi',
    'Bearer an-administrators-token-for-test',
  ]) {
    const response = await server.app.inject({ method, url, headers: { authorization } });
    expect([response.statusCode, response.json().code]).toEqual([401, 'admin_token_wrong']);
  }
});

test("a kiosk's signature opens no route of head office", async () => {
  const kiosk = await server.enrol();
  for (const [method, path] of routes) {
    const reply = await kiosk.request(method, path, method === 'GET' ? undefined : Buffer.from('{"storeId":"x"}'));
    expect(reply.status).toBe(401);
  }
});

test('the fleet: how far each kiosk has delivered, and what is wrong with it', async () => {
  const kiosk = await server.enrol('fleet-store');
  const silent = await server.enrol('fleet-store');
  const records = await kiosk.records([1, 2, 3, 4, 5].map(mobile));
  await kiosk.deliver([records[0], records[4]].filter((record) => record !== undefined));
  const { kiosks } = (await server.admin('GET', '/v1/kiosks')).json as { kiosks: { id: string }[] };
  expect(kiosks.find(({ id }) => id === kiosk.id)).toMatchObject({
    storeId: 'fleet-store',
    applicationVersion: '0.0.0-simulated',
    delivered: 2,
    highestSequence: 5,
    missing: 3,
    alarms: 0,
    revokedAt: null,
    lastSeenAt: expect.any(String),
  });
  expect(kiosks.find(({ id }) => id === silent.id)).toMatchObject({ delivered: 0, lastSeenAt: null, missing: 0 });
});

test('revoking is idempotent, and an unknown kiosk is not found', async () => {
  const kiosk = await server.enrol();
  const first = await server.admin('POST', `/v1/kiosks/${kiosk.id}/revoke`);
  expect(await server.admin('POST', `/v1/kiosks/${kiosk.id}/revoke`)).toEqual(first);
  expect((await server.admin('POST', '/v1/kiosks/00000000-0000-4000-8000-000000000000/revoke')).status).toBe(404);
  expect((await server.admin('POST', '/v1/kiosks/x/revoke')).status).toBe(400);
});
