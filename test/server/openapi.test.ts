import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let document: Record<string, never>;
beforeAll(async () => {
  server = await startTestServer();
  document = (await server.app.inject('/openapi.json')).json();
});
afterAll(() => server.close());

const schemaObject = z.record(z.string(), z.unknown());
const content = z.record(z.string(), z.object({ schema: schemaObject }));
const operation = z.object({
  summary: z.string().min(10),
  tags: z.array(z.string()).length(1),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z
    .array(z.object({ name: z.string(), in: z.enum(['path', 'query', 'header']), schema: schemaObject }))
    .optional(),
  requestBody: z.object({ required: z.literal(true), content }).optional(),
  responses: z.record(
    z.string().regex(/^([1-5]\d\d|[1-5]XX|default)$/),
    z.object({ description: z.string(), content: content.optional() }),
  ),
});

/** The parts of OpenAPI 3.1.0 (sections 4.8.1 to 4.8.16) that this document uses. */
const openapi = z.object({
  openapi: z.literal('3.1.0'),
  info: z.object({ title: z.string(), version: z.string() }),
  paths: z.record(z.string().startsWith('/'), z.partialRecord(z.enum(['get', 'post', 'delete']), operation)),
  components: z.object({ securitySchemes: z.record(z.string(), z.object({ type: z.string() })) }),
});

test('it is an OpenAPI 3.1 document that lists every route', () => {
  const { paths } = openapi.parse(document);
  const listed = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  expect(listed.sort()).toEqual([
    'delete /v1/api-keys/{id}',
    'get /health',
    'get /openapi.json',
    'get /problems/{code}',
    'get /v1/alarms',
    'get /v1/api-keys',
    'get /v1/audit/kiosks/{id}',
    'get /v1/audit/trail',
    'get /v1/configuration',
    'get /v1/failed-jobs',
    'get /v1/keys',
    'get /v1/kiosks',
    'get /v1/parked-records',
    'post /v1/api-keys',
    'post /v1/damaged-records',
    'post /v1/enrolment-codes',
    'post /v1/enrolments',
    'post /v1/failed-jobs/retries',
    'post /v1/heartbeats',
    'post /v1/keys/rotations',
    'post /v1/kiosks/{id}/alarms/{code}/closing',
    'post /v1/kiosks/{id}/reinstatement',
    'post /v1/kiosks/{id}/revoke',
    'post /v1/parked-records/retries',
    'post /v1/readoptions',
    'post /v1/records',
    'post /v1/subjects/erasure',
    'post /v1/subjects/lookup',
    'post /v1/verifications',
    'post /v1/verifications/{id}/checks',
  ]);
  const served = server.app.printRoutes({ commonPrefix: false }).match(/\b(GET|POST|PUT|PATCH|DELETE)(?=[,)])/g);
  // Pages for people are no part of the interface.
  const pages = ['GET /outbox', 'GET /m/:token', 'GET /m/*', 'POST /m/:token/withdraw', 'POST /m/:token/confirm'];
  expect(served).toHaveLength(listed.length + pages.length);
});

test('every schema in it can be compiled, and says which parts of a body are needed', () => {
  const { paths } = openapi.parse(document);
  let compiled = 0;
  for (const item of Object.values(paths)) {
    for (const { requestBody, responses, parameters } of Object.values(item)) {
      const bodies = [requestBody, ...Object.values(responses)].flatMap((each) => Object.values(each?.content ?? {}));
      for (const { schema } of [...bodies, ...(parameters ?? [])]) {
        z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema);
        compiled += 1;
      }
    }
  }
  expect(compiled).toBeGreaterThan(20);
  const records = paths['/v1/records']?.post?.requestBody?.content['application/cbor']?.schema;
  expect(records).toMatchObject({ required: ['version', 'records'], additionalProperties: false });
});

test("kept 15: head office's routes name the permission that they ask for, kiosks' and public ones do not", () => {
  const { paths } = openapi.parse(document);
  for (const item of Object.values(paths)) {
    for (const { tags, security } of Object.values(item)) {
      const permission = [{ bearer: [expect.stringMatching(/^[a-z-]+:[a-z]+$/)] }];
      expect(security).toEqual(tags[0] === 'head office' ? permission : undefined);
    }
  }
});
