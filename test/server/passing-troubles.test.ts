import { afterEach, beforeEach, expect, it } from 'vitest';
import { toWire } from '../../protocol/record.ts';
import { databaseUnavailable } from '../../server/platform/database/connection.ts';
import { problemSchema } from '../../shared/contracts/wire.ts';
import type { Reply, SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let kiosk: SimulatedKiosk;
beforeEach(async () => {
  server = await startTestServer({ publicUrl: 'https://shop.example' });
  kiosk = await server.enrol();
});
afterEach(() => server.close());

function expectToComeBack({ status, headers, text }: Reply, what: string): void {
  expect(status, what).toBe(503);
  expect(Number(headers['retry-after']), what).toBeGreaterThan(0);
  if (!text.startsWith('<!doctype html>')) expect(problemSchema.parse(JSON.parse(text)).code, what).toBe('not_ready');
}

async function ask(method: 'GET' | 'POST', path: string, payload?: object): Promise<Reply> {
  const headers = { host: 'countersign.test', authorization: `Bearer ${server.parts.adminToken}` };
  const body = payload === undefined ? {} : { payload };
  const answer = await server.app.inject({ method, url: path, headers, ...body });
  return { status: answer.statusCode, headers: answer.headers as Record<string, string>, text: answer.body };
}

/** As after a failover to a standby that was not promoted yet. */
async function setReadOnly(readOnly: boolean): Promise<void> {
  const name = new URL(server.database.url).pathname.slice(1);
  await server.database.query(`alter database ${name} set default_transaction_read_only = ${readOnly ? 'on' : 'off'}`);
  await server.database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign' and datname = $1`,
    [name],
  );
}

it('kept 10: a database that can only be read: 503 and no 500, health says so, and all is well afterwards', async () => {
  const records = await kiosk.records([mobile(1), mobile(2)]);
  const [first, second] = records;
  if (first === undefined || second === undefined) throw new Error('no records');
  await kiosk.deliver([first]);
  await server.openingWorker.settled();
  const body = JSON.parse(JSON.stringify(kiosk.body(mobile(3)))) as { manageToken: string };
  const third = await kiosk.record(body);
  await kiosk.deliver([third]);
  await server.openingWorker.settled();

  await setReadOnly(true);
  for (let turn = 0; turn < 2; turn++) {
    expectToComeBack(await ask('GET', '/health'), 'health');
    expectToComeBack(await kiosk.sendWire([toWire(second)]), 'batch');
    expectToComeBack(await ask('POST', '/v1/enrolment-codes', { storeId: 'leeds-01' }), 'code');
    expectToComeBack(await ask('POST', `/v1/kiosks/${kiosk.id}/revoke`), 'revoke');
    expectToComeBack(await ask('POST', `/m/${body.manageToken}/withdraw`), 'stop');
    // What only reads goes on.
    expect((await kiosk.request('GET', '/v1/configuration')).status).toBe(200);
    expect((await kiosk.request('POST', '/v1/heartbeats', Buffer.from('{"countersignature":null}'))).status).toBe(200);
    expect((await ask('GET', `/m/${body.manageToken}`)).status).toBe(200);
    expect((await ask('GET', '/v1/kiosks')).status).toBe(200);
  }

  await setReadOnly(false);
  await expect.poll(async () => (await ask('GET', '/health')).status).toBe(200);
  expect((await kiosk.deliver([second])).answers).toEqual([{ sequence: 2, outcome: 'countersigned' }]);
  await server.openingWorker.settled();
  expect(await server.alarms()).toEqual([]);
});

// By SQLSTATE: not every version of PostgreSQL knows all of these by name.
it.each([
  ['query_canceled', '57014'],
  ['lock_not_available', '55P03'],
  ['serialization_failure', '40001'],
  ['deadlock_detected', '40P01'],
  ['read_only_sql_transaction', '25006'],
  ['admin_shutdown', '57P01'],
  ['crash_shutdown', '57P02'],
  ['cannot_connect_now', '57P03'],
  ['disk_full', '53100'],
  ['too_many_connections', '53300'],
  ['transaction_timeout', '25P04'],
])(
  'kept 10: %s while a batch is stored is a passing trouble: 503, and the same batch is taken in afterwards',
  async (condition, state) => {
    await server.database.query(`create function fail() returns trigger language plpgsql as $$
    begin raise sqlstate '${state}'; end $$`);
    await server.database.query(
      'create trigger fail before insert on records for each statement execute function fail()',
    );
    const records = await kiosk.records([mobile(1)]);
    expectToComeBack(await kiosk.sendWire(records.map(toWire)), condition);
    await server.database.query('drop trigger fail on records');
    expect((await kiosk.deliver(records)).answers).toEqual([{ sequence: 1, outcome: 'countersigned' }]);
  },
);

it('kept 10: a mistake in a question is no passing trouble', async () => {
  const error = await server.database.query('select nothing from nowhere').catch((caught: unknown) => caught);
  expect(databaseUnavailable(error)).toBe(false);
});
