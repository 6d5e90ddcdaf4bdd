import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../../server/app.ts';
import { grantablePermissions } from '../../server/platform/auth/permissions.ts';
import { connect } from '../../server/platform/database/connection.ts';
import { createLogger } from '../../server/platform/logging/logging.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

interface MadeKey {
  id: string;
  secret: string;
}

const inAYear = () => new Date(Date.now() + 365 * 86_400_000).toISOString();
const make = (permissions: string[], more: object = {}, of = server) =>
  of.admin('POST', '/v1/api-keys', { name: 'till', permissions, endsAt: inAYear(), ...more });
const made = async (permissions: string[], of = server): Promise<MadeKey> => {
  const { status, json } = await make(permissions, {}, of);
  expect(status).toBe(201);
  return json;
};
type Method = 'GET' | 'POST' | 'DELETE';
async function ask(secret: string, method: Method = 'GET', url = '/v1/kiosks', { app } = server) {
  const headers = { authorization: `Bearer ${secret}` };
  const reply = await app.inject({ method, url, headers, ...(method === 'POST' ? { payload: {} } : {}) });
  const isProblem = reply.headers['content-type']?.toString().startsWith('application/problem+json');
  return { status: reply.statusCode, ...(isProblem ? (reply.json() as { code: string; details: object }) : {}) };
}

test('kept 15: the secret of a key is answered once, and neither kept nor logged', async () => {
  const { id, secret } = await made(['kiosks:read']);
  expect(secret).toMatch(/^countersign_[A-Za-z0-9_-]{43}$/);
  const { json } = await server.admin('GET', '/v1/api-keys');
  expect(JSON.stringify(json)).toContain(id);
  const rows = (await server.database.query('select api_keys::text as all from api_keys')).rows;
  for (const text of [JSON.stringify(json), JSON.stringify(rows), server.logged()]) {
    expect(text).not.toContain(secret.slice('countersign_'.length));
  }
});

test('kept 15: each permission opens the routes that declare it, and none else', async () => {
  const { paths } = (await server.app.inject('/openapi.json')).json() as {
    paths: Record<string, Record<string, { security?: [{ bearer: [string] }] }>>;
  };
  const routes = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { security }]) =>
      security === undefined ? [] : [{ method: method.toUpperCase() as Method, path, asks: security[0].bearer[0] }],
    ),
  );
  expect(routes.length).toBeGreaterThan(12);
  for (const permission of grantablePermissions) {
    const { secret } = await made([permission]);
    for (const { method, path, asks } of routes) {
      const url = path.replace('{id}', '00000000-0000-4000-8000-000000000000');
      const { status, code, details } = await ask(secret, method, url);
      if (asks === permission) expect([200, 400, 404], `${permission}: ${method} ${path}`).toContain(status);
      else expect([status, code, details]).toEqual([403, 'permission_missing', { permission: asks }]);
    }
  }
}, 60_000);

test('kept 15: no key makes keys, and each ends within two years', async () => {
  for (const permissions of [['api-keys:write'], ['records:deliver'], ['everything'], []]) {
    expect((await make(permissions)).status).toBe(400);
  }
  for (const days of [-1, 0, 800]) {
    const endsAt = new Date(Date.now() + days * 86_400_000).toISOString();
    expect((await make(['kiosks:read'], { endsAt })).status).toBe(400);
  }
});

test('kept 15: a key that ended, was revoked or never was is refused, each with its code', async () => {
  const [ended, revoked] = [await made(['kiosks:read']), await made(['kiosks:read'])];
  expect((await ask(ended.secret)).status).toBe(200);
  await server.database.query(`update api_keys set ends_at = now() where id = $1`, [ended.id]);
  expect(await ask(ended.secret)).toMatchObject({ status: 401, code: 'api_key_ended' });
  const first = await server.admin('DELETE', `/v1/api-keys/${revoked.id}`);
  expect(first.status).toBe(200);
  expect(await server.admin('DELETE', `/v1/api-keys/${revoked.id}`)).toEqual(first);
  expect(await ask(revoked.secret)).toMatchObject({ status: 401, code: 'api_key_revoked' });
  const altered = `${ended.secret.slice(0, -1)}${ended.secret.endsWith('A') ? 'E' : 'A'}`;
  expect(await ask(altered)).toMatchObject({ status: 401, code: 'api_key_wrong' });
  expect((await server.admin('DELETE', '/v1/api-keys/00000000-0000-4000-8000-000000000000')).status).toBe(404);
});

test('kept 15: a revoked key is refused at once by every server on the database', async () => {
  const db = connect(server.database.url, () => undefined);
  const app = await buildApp({ ...server.parts, db }, createLogger('silent', null), { tls: null, behindProxy: false });
  const { id, secret } = await made(['kiosks:read']);
  expect((await ask(secret, 'GET', '/v1/kiosks', { ...server, app })).status).toBe(200);
  await server.admin('DELETE', `/v1/api-keys/${id}`);
  expect(await ask(secret, 'GET', '/v1/kiosks', { ...server, app })).toMatchObject({ code: 'api_key_revoked' });
  await app.close();
  await db.destroy();
});

test('kept 15: whoever guesses is told to wait, and whoever is right behind the same address is not', async () => {
  const own = await startTestServer({ refusalsPerMinute: 3 });
  const { secret } = await made(['kiosks:read'], own);
  const wrong = async (given: string) => (await ask(given, 'GET', '/v1/kiosks', own)).status;
  for (const given of ['guess', `${secret}x`, 'other']) expect(await wrong(given)).toBe(401);
  for (const given of ['guess', `${secret}x`, 'other']) expect(await wrong(given)).toBe(429);
  expect((await ask(secret, 'GET', '/v1/kiosks', own)).status).toBe(200);
  expect((await own.admin('GET', '/v1/kiosks')).status).toBe(200);
  await own.close();
});

test('kept 15: that a key is used is noted once an hour, whichever way the clock jumps', async () => {
  const { id, secret } = await made(['kiosks:read']);
  const state = async () =>
    (await server.database.query('select xmin, last_used_at as at from api_keys where id = $1', [id])).rows[0];
  await ask(secret);
  const noted = await state();
  expect(noted.at.getTime() % 3_600_000).toBe(0);
  const start = noted.at.getTime();
  for (const minutes of [0, 30, 59]) {
    server.setClock(() => new Date(start + minutes * 60_000));
    await ask(secret);
    expect(await state()).toEqual(noted);
  }
  for (const hours of [5, -5]) {
    server.setClock(() => new Date(start + hours * 3_600_000));
    await ask(secret);
    expect((await state()).at.getTime()).toBe(start + hours * 3_600_000);
  }
  server.setClock(() => new Date());
});
