import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { administrator, checkAccess } from '../../server/platform/auth/principals.ts';
import { handleProblems } from '../../server/platform/http/problems.ts';

function newApp() {
  const app = fastify();
  handleProblems(app, () => new Date(), 1_000);
  checkAccess(app, async () => undefined);
  return app;
}

test('kept 15: a route that does not say what it asks for stops the server from starting', () => {
  const app = newApp();
  expect(() => app.get('/open', async () => 'said')).toThrow('GET /open does not declare its access');
  expect(() => app.post('/open', { config: {} as never }, async () => 'said')).toThrow('POST /open');
});

test('kept 15: a route outside of everything that authenticates is closed, and its body is not read', async () => {
  const app = newApp();
  let parsed = 0;
  app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => {
    parsed += 1;
    done(null, body);
  });
  app.post('/forgotten', { config: { access: 'subjects:erase' } }, async () => 'done');
  const headers = { 'content-type': 'text/plain' };
  const refused = await app.inject({ method: 'POST', url: '/forgotten', headers, payload: 'long' });
  expect([refused.statusCode, refused.json().code, refused.json().details]).toEqual([
    403,
    'permission_missing',
    { permission: 'subjects:erase' },
  ]);
  expect(parsed).toBe(0);
});

test('kept 15: a principal is of one request and not of the next', async () => {
  const app = newApp();
  app.addHook('onRequest', async (request) => {
    if (request.headers.authorization !== undefined) request.principal = administrator;
  });
  app.get('/', { config: { access: 'public' } }, async (request) => request.principal.kind);
  expect((await app.inject('/')).payload).toBe('anonymous');
  expect((await app.inject({ url: '/', headers: { authorization: 'x' } })).payload).toBe('administrator');
  expect((await app.inject('/')).payload).toBe('anonymous');
});
