import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishRevision } from '../../server/modules/configuration/revisions.ts';
import { raiseAlarms } from '../../server/modules/integrity/alarm-repository.ts';
import { inTransaction } from '../../server/platform/database/transaction.ts';
import { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ publicUrl: 'http://countersign.test' });
});
afterAll(() => server.close());

const entries = async (): Promise<string[]> =>
  (
    await server.database.query(
      `select principal_kind || ' ' || action || ' ' || coalesce(about_kind, '-') || ' ' || outcome as text
       from audit_entries order by sequence`,
    )
  ).rows.map(({ text }) => text);

/** What the work leaves in the trail. */
async function leaves(work: () => Promise<unknown>): Promise<string[]> {
  const before = (await entries()).length;
  await work();
  return (await entries()).slice(before);
}

const endsAt = new Date(Date.now() + 86_400_000).toISOString();
const nothing: string[] = [];
const number = mobile(7);

const anAlarm = { code: 'fork', about: 'a', sequence: 1 };

/** What each route of head office leaves. Those that leave nothing show nothing personal and change nothing. */
const routes: Record<string, [body: object | undefined, left: string[]]> = {
  'DELETE /v1/api-keys/{id}': [undefined, ['administrator api_key.revoked api_key done']],
  'GET /v1/alarms': [undefined, nothing],
  'GET /v1/api-keys': [undefined, nothing],
  'GET /v1/audit/kiosks/{id}': [undefined, ['administrator ledger.exported kiosk done']],
  'GET /v1/audit/trail': [undefined, ['administrator audit_trail.exported - done']],
  'GET /v1/failed-jobs': [undefined, nothing],
  'GET /v1/keys': [undefined, nothing],
  'GET /v1/kiosks': [undefined, nothing],
  'GET /v1/parked-records': [undefined, nothing],
  'POST /v1/api-keys': [
    { name: 'CRM', permissions: ['alarms:read'], endsAt },
    ['administrator api_key.created api_key done'],
  ],
  'POST /v1/enrolment-codes': [{ storeId: 'leeds-01' }, ['administrator enrolment_code.created store done']],
  'POST /v1/failed-jobs/retries': [{}, ['administrator failed_jobs.retried - done']],
  'POST /v1/keys/rotations': [undefined, ['administrator master_key.made_primary master_key done']],
  'POST /v1/kiosks/{id}/alarms/{code}/closing': [{ note: 'seen' }, ['administrator alarm.closed kiosk done']],
  'POST /v1/kiosks/{id}/reinstatement': [undefined, ['administrator kiosk.reinstated kiosk done']],
  'POST /v1/kiosks/{id}/revoke': [undefined, ['administrator kiosk.revoked kiosk done']],
  'POST /v1/parked-records/retries': [{}, ['administrator parked_records.retried - done']],
  'POST /v1/subjects/erasure': [
    { number },
    ['administrator subject.erased subject begun', 'administrator subject.erased subject done'],
  ],
  'POST /v1/subjects/lookup': [{ number }, ['administrator subject.looked_up subject done']],
};

test('kept 15: every route of head office is in this list, with what it leaves in the trail', async () => {
  const { paths } = (await server.app.inject('/openapi.json')).json() as {
    paths: Record<string, Record<string, { tags: string[] }>>;
  };
  const served = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { tags }]) =>
      tags.includes('head office') ? [`${method.toUpperCase()} ${path}`] : [],
    ),
  );
  expect(served.sort()).toEqual(Object.keys(routes).sort());
});

test.each(Object.entries(routes))('kept 15: what %s leaves in the trail', async (route, [body, left]) => {
  const kiosk = await server.enrol();
  await kiosk.deliver(await kiosk.records([number]));
  await server.openingWorker.settled();
  const made = (await server.admin('POST', '/v1/api-keys', { name: 'x', permissions: ['alarms:read'], endsAt })).json;
  const [method = '', path = ''] = route.split(' ');
  const url = path
    .replace('{id}', path.includes('api-keys') ? (made as { id: string }).id : kiosk.id)
    .replace('{code}', 'fork');
  await inTransaction(server.db, (transaction) => raiseAlarms(transaction, kiosk.id, [anAlarm], new Date()));
  const headers = { authorization: `Bearer ${server.parts.adminToken}` };
  const { primary } = await server.keys.master.inUse(server.db);
  const payload = route.includes('rotations') ? { keyId: primary.id } : body;
  const request = { method: method as 'GET', url, headers, ...(payload === undefined ? {} : { payload }) };
  const done = async () => expect((await server.app.inject(request)).statusCode).toBeLessThan(300);
  expect(await leaves(done)).toEqual(left);
});

test('kept 15: a server that starts with another configuration than the last one says so', async () => {
  const { digest } = server.parts.configurations;
  const start = (of: string) => leaves(() => publishRevision(server.db, of, new Date()));
  const published = ['job configuration.published configuration done'];
  expect(await start(digest)).toEqual([]);
  expect(await start('another')).toEqual(published);
  expect(await start('another')).toEqual([]);
  expect(await start(digest)).toEqual(published);
});

test('kept 15: who looks for somebody that is not there is in the trail', async () => {
  const unknown = mobile(99_999);
  expect(await leaves(() => server.admin('POST', '/v1/subjects/lookup', { number: unknown }))).toEqual([
    'administrator subject.looked_up - nothing',
  ]);
  expect(await leaves(() => server.admin('POST', '/v1/subjects/erasure', { number: unknown }))).toEqual([
    'administrator subject.erased - nothing',
  ]);
});

test('kept 15: what kiosks, customers and jobs do to a person is in the trail; what a kiosk delivers is in its own chain', async () => {
  const code = await server.createCode();
  let kiosk = await server.enrol();
  expect(
    await leaves(async () => {
      kiosk = await SimulatedKiosk.enrol('http://countersign.test', code, server.send);
    }),
  ).toEqual(['kiosk kiosk.enrolled kiosk done']);
  const numbers = [mobile(11_000), mobile(12_000)];
  const bodies = numbers.map((each) => kiosk.body(each));
  const records = [await kiosk.record(bodies[0]), await kiosk.record(bodies[1])];
  expect(
    await leaves(async () => {
      await kiosk.deliver(records);
      await server.openingWorker.settled();
    }),
  ).toEqual([]);
  const post = async (path: string, body: object) =>
    JSON.parse((await kiosk.request('POST', path, Buffer.from(JSON.stringify(body)))).text);
  const [first = '', second = ''] = records.map(({ header }) => JSON.parse(header).recordId as string);
  let verificationId = '';
  const sent = async () => {
    ({ verificationId } = await post('/v1/verifications', { recordId: first }));
  };
  expect(await leaves(sent)).toEqual(['kiosk code.sent subject done']);
  const typed = /\d{6}/.exec(server.outbox.messages.at(-1)?.text ?? '')?.[0] ?? '';
  const wrong = typed === '000000' ? '111111' : '000000';
  const check = (given: string) => () => post(`/v1/verifications/${verificationId}/checks`, { code: given });
  expect(await leaves(check(wrong))).toEqual([]);
  expect(await leaves(check(typed))).toEqual(['kiosk number.confirmed subject done']);
  await server.database.query('update verifications set due_at = now() where record_id = $1', [second]);
  expect(await leaves(() => server.sendDueTexts())).toEqual(['job confirmation_link.sent subject done']);
  const link = /\/m\/[\w-]{22}$/.exec(server.outbox.messages.at(-1)?.text ?? '')?.[0] ?? '';
  const press = (path: string) => () => server.app.inject({ method: 'POST', url: path });
  expect(await leaves(press(`${link}/confirm`))).toEqual(['data_subject number.confirmed subject done']);
  expect(await leaves(press(`${link}/confirm`))).toEqual([]);
  expect(await leaves(press(`${link}/withdraw`))).toEqual(['data_subject consent.withdrawn subject done']);
  expect(await leaves(press(`/m/${bodies[0]?.manageToken}/withdraw`))).toEqual([
    'data_subject consent.withdrawn subject done',
  ]);
  expect(await leaves(press(`${link}/withdraw`))).toEqual([]);
});

test('a new epoch, as after a restore, stands in the trail', async () => {
  expect(await leaves(() => server.beginNewEpoch())).toEqual(['job epoch.begun epoch done']);
});
