import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IntakePriority } from '../../server/modules/opening/intake-priority.ts';
import { isPassing } from '../../server/platform/jobs/failure.ts';
import { startServer } from '../../tools/local/server-process.ts';
import { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { createDatabase } from './database.ts';
import { anotherServer, mobile, startTestServer, type TestServer } from './test-server.ts';

const patient = { timeout: 30_000, interval: 50 };

let server: TestServer;
let kiosk: SimulatedKiosk;
beforeEach(async () => {
  server = await startTestServer({ statementTimeoutMilliseconds: 700 });
  kiosk = await server.enrol();
});
afterEach(() => server.close());

const health = async () =>
  (await server.app.inject('/health')).json() as { opening: { waiting: number }; failedJobs: number };
const failed = async () =>
  ((await server.admin('GET', '/v1/failed-jobs')).json as { jobs: { id: string; failure: object }[] }).jobs;
const parked = async () =>
  ((await server.admin('GET', '/v1/parked-records')).json as { parked: { code: string; records: number }[] }).parked;
const putBack = async (what: 'failed-jobs' | 'parked-records') =>
  ((await server.admin('POST', `/v1/${what}/retries`, {})).json as { putBack: number }).putBack;

function withdrawal(number: string) {
  return kiosk.record(kiosk.withdrawal(number), { type: 'withdrawn' });
}

/** Every row that is opened and for which the condition holds fails as the statement says. */
async function failOpening(statement: string, condition = 'true'): Promise<() => Promise<void>> {
  await server.database.query(`
    create function refuse() returns trigger language plpgsql as $$
    begin if ${condition} then ${statement}; end if; return new; end $$;
    create trigger refuse before insert on opened_records for each row execute function refuse();`);
  return async () => {
    await server.database.query('drop trigger refuse on opened_records; drop function refuse');
  };
}

describe('kept 5: what fails for a passing reason is tried again, and parks nothing', { timeout: 60_000 }, () => {
  it('kept 5: a locked table, for longer than a statement may take, with two servers', async () => {
    const other = await anotherServer(server, 700);
    const locker = new pg.Client({ connectionString: server.database.url });
    await locker.connect();
    await locker.query('begin; lock table opened_records in access exclusive mode');
    await kiosk.deliver([await kiosk.record(kiosk.body(mobile(1))), await withdrawal(mobile(1))]);
    // More often than a fault of their own may fail.
    await expect
      .poll(async () => (await attemptsOf('open-stops')) >= 9 && (await attemptsOf('open-records')) >= 9, patient)
      .toBe(true);
    expect((await health()).opening.waiting).toBe(2);
    await locker.query('rollback');
    await locker.end();
    await expect.poll(async () => (await server.lookUp(mobile(1))).length, patient).toBe(2);
    expect(await server.lookUp(mobile(1))).toMatchObject([
      { type: 'withdrawn' },
      { type: 'given', state: 'withdrawn' },
    ]);
    expect(await parked()).toEqual([]);
    expect(await health()).toMatchObject({ opening: { waiting: 0 }, failedJobs: 0 });
    await other.stop();
  });

  it('kept 5: a failure that passes, more often than a record of its own fault may fail', async () => {
    const heal = await failOpening(`raise exception using errcode = '40001'`);
    await kiosk.deliver(await kiosk.records([mobile(2), mobile(3)]));
    const asIfForLong = `update jobs.job set retry_count = 50 where name = 'open-records' and state = 'retry'`;
    await expect.poll(async () => (await server.database.query(asIfForLong)).rowCount, patient).toBe(1);
    await expect.poll(() => attemptsOf('open-records'), patient).toBeGreaterThan(51);
    await heal();
    await expect.poll(async () => (await server.lookUp(mobile(3))).length, patient).toBe(1);
    expect([await parked(), await failed()]).toEqual([[], []]);
  });

  it('kept 5: what passes, by the codes of PostgreSQL and of Node, and what does not', () => {
    const passes = (code: string) => isPassing(Object.assign(new Error('x'), { code }));
    const passing = ['57014', '55P03', '40001', '40P01', '25006', '53100', '53300', '57P01', '58030', '08006', '25P03'];
    for (const code of [...passing, 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN']) {
      expect([code, passes(code)]).toEqual([code, true]);
    }
    for (const code of ['P0001', '23505', '22021', '42P01', 'ERR_OSSL_BAD_DECRYPT', '']) {
      expect([code, passes(code)]).toEqual([code, false]);
    }
    expect(isPassing(new Error('Connection terminated unexpectedly'))).toBe(true);
  });

  const attemptsOf = async (queue: string): Promise<number> =>
    (await server.database.query('select max(retry_count) as n from jobs.job where name = $1', [queue])).rows[0]?.n ??
    0;
});

describe('kept 5: what fails for a reason of its own', { timeout: 60_000 }, () => {
  it('kept 5: one record fails alone, the others pass, and head office puts it back', async () => {
    const records = await kiosk.records(Array.from({ length: 100 }, (_, index) => mobile(100 + index)));
    const condition = `new.chain_hash in ('${records[0]?.chainHash}', '${records[57]?.chainHash}')`;
    const heal = await failOpening(`raise exception 'number ${mobile(100)}'`, condition);
    await kiosk.deliver(records);
    await expect.poll(async () => (await health()).opening.waiting, patient).toBe(2);
    expect(await server.lookUp(mobile(101))).toHaveLength(1);
    await expect.poll(async () => (await health()).failedJobs, patient).toBe(2);
    expect(await failed()).toMatchObject([
      { queue: 'open-records', attempts: 8, failure: { error: 'error', code: 'P0001' } },
      { queue: 'open-records', attempts: 8, failure: { error: 'error', code: 'P0001' } },
    ]);
    // Neither list nor log nor the jobs' own tables hold what the database quoted.
    const { rows } = await server.database.query('select j::text as row from jobs.job j');
    const everything = JSON.stringify([rows, await failed()]) + server.logged();
    expect(everything).not.toContain(mobile(100).slice(1));
    // What lies among the failed jobs is not what has no job.
    server.setClock(() => new Date(Date.now() + 3_600_000));
    await server.openingWorker.findUnopened();
    await server.openingWorker.settled();
    expect(await health()).toMatchObject({ opening: { waiting: 2 }, failedJobs: 2 });
    await heal();
    expect(await putBack('failed-jobs')).toBe(2);
    await server.openingWorker.settled();
    expect(await server.lookUp(mobile(100))).toHaveLength(1);
    expect(await server.lookUp(mobile(157))).toHaveLength(1);
    expect(await health()).toMatchObject({ opening: { waiting: 0 }, failedJobs: 0 });
  });

  it('kept 5: put back one by one', async () => {
    const heal = await failOpening(`raise exception 'no'`);
    await server.database.query(`update jobs.queue set retry_delay = 0`);
    await kiosk.deliver(await kiosk.records([mobile(4)]));
    await expect.poll(async () => (await failed()).length, patient).toBe(1);
    await heal();
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect((await server.admin('POST', '/v1/failed-jobs/retries', { ids: [unknown] })).json).toEqual({ putBack: 0 });
    const ids = (await failed()).map(({ id }) => id);
    expect((await server.admin('POST', '/v1/failed-jobs/retries', { ids })).json).toEqual({ putBack: 1 });
    await server.openingWorker.settled();
    expect(await server.lookUp(mobile(4))).toHaveLength(1);
  });
});

describe('kept 5: no record is forgotten', { timeout: 60_000 }, () => {
  it('kept 5: what a server stored and ended before it made a job of it', async () => {
    const { enqueue } = server.parts.openingWorker;
    server.parts.openingWorker.enqueue = () => undefined;
    await kiosk.deliver([await kiosk.record(kiosk.body(mobile(5))), await withdrawal(mobile(5))]);
    server.parts.openingWorker.enqueue = enqueue;
    await server.openingWorker.findUnopened();
    await server.openingWorker.settled();
    expect(await server.lookUp(mobile(5))).toEqual([]);
    server.setClock(() => new Date(Date.now() + 31_000));
    await server.openingWorker.findUnopened();
    await server.openingWorker.settled();
    expect(await server.lookUp(mobile(5))).toMatchObject([{ type: 'withdrawn' }, { state: 'withdrawn' }]);
  });

  it('kept 5: a parked record is tried again by another version, and when head office says so', async () => {
    const record = await kiosk.record(kiosk.body(mobile(6)));
    await kiosk.deliver([record, await kiosk.record(kiosk.body(mobile(7)), { type: 'horoscope' })]);
    await server.openingWorker.settled();
    // As a version that knows less would have left the first one.
    await server.database.query(`insert into unopened_records (kiosk_id, sequence, chain_hash, received_at, batch_id, stops, parked_code, parked_by)
      select kiosk_id, sequence, chain_hash, received_at, gen_random_uuid(), false, 'body_malformed', '0.0.0-test'
      from records where sequence = 1`);
    await server.database.query('delete from verifications; delete from opened_records');
    await server.database.query(
      `insert into alarms select kiosk_id, 'body_malformed', 1, 1, 1, now(), now(), now(), array[chain_hash] from records where sequence = 1`,
    );
    await server.openingWorker.findUnopened();
    await server.openingWorker.settled();
    expect(await server.lookUp(mobile(6))).toEqual([]);
    server.setVersion('0.0.1-test');
    await server.openingWorker.findUnopened();
    await server.openingWorker.settled();
    expect(await server.lookUp(mobile(6))).toHaveLength(1);
    expect((await server.alarms()).map(({ code }) => code)).toEqual(['record_type_unknown']);
    expect(await parked()).toEqual([{ code: 'record_type_unknown', version: '0.0.1-test', records: 1 }]);
    // What it could not read either is left alone until the next version, or until somebody says so.
    expect(await server.openingWorker.retryParked({ notBy: '0.0.1-test' })).toBe(0);
    expect(await putBack('parked-records')).toBe(1);
    await server.openingWorker.settled();
    expect(await parked()).toMatchObject([{ code: 'record_type_unknown', records: 1 }]);
  });

  it('kept 5: a server killed while it opens: another one takes the job over', async () => {
    const database = await createDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'countersign-jobs-'));
    const environment = { DATABASE_URL: database.url };
    const first = await startServer(folder, 0, environment);
    await database.query(`
      create function sleep() returns trigger language plpgsql as $$ begin perform pg_sleep(12); return new; end $$;
      create trigger sleep before insert on opened_records for each row execute function sleep();`);
    const who = await SimulatedKiosk.enrol(first.url, await first.createEnrolmentCode('leeds-01'));
    await who.deliver(await who.records([mobile(8)]));
    const active = `select from jobs.job where name = 'open-records' and state = 'active'`;
    await expect.poll(async () => (await database.query(active)).rowCount, patient).toBe(1);
    await first.stop('SIGKILL');
    await database.query('drop function sleep cascade');
    const second = await startServer(folder, 0, environment);
    await expect
      .poll(async () => (await database.query('select from opened_records')).rowCount, { ...patient, timeout: 40_000 })
      .toBe(1);
    await second.stop();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('kept 6: what stops something is opened first', { timeout: 60_000 }, () => {
  it('kept 6: a withdrawal is opened while thousands of older records wait', async () => {
    const many = await server.enrol();
    const heal = await failOpening(`raise exception using errcode = '40001'`, `new.manage_token_hash is not null`);
    await many.deliver(await many.records(Array.from({ length: 300 }, (_, index) => mobile(1_000 + index))));
    await kiosk.deliver([await withdrawal(mobile(1_000))]);
    await expect
      .poll(async () => (await server.lookUp(mobile(1_000))).length, { timeout: 1_500, interval: 20 })
      .toBe(1);
    expect((await health()).opening.waiting).toBe(300);
    await heal();
    await expect.poll(async () => (await health()).opening.waiting, patient).toBe(0);
    expect(await server.lookUp(mobile(1_000))).toMatchObject([{ type: 'withdrawn' }, { state: 'withdrawn' }]);
  });

  it('kept 6: what came in many small batches is opened together, and one that fails holds up no other', async () => {
    const heal = await failOpening(`raise exception using errcode = '40001'`);
    const records = await kiosk.records(Array.from({ length: 64 }, (_, index) => mobile(3_000 + index)));
    for (const record of records) await kiosk.deliver([record]);
    const named = `select jsonb_array_elements(data -> 'batches') from jobs.job where name = 'open-records'`;
    await expect.poll(async () => (await server.database.query(named)).rowCount, patient).toBe(64);
    await server.database.query(`
      delete from jobs.job where name = 'open-records';
      create table statements (at timestamptz);
      create function count_statement() returns trigger language plpgsql as $$
      begin insert into statements values (now()); return null; end $$;
      create trigger count_statement after insert on opened_records for each statement execute function count_statement()`);
    await heal();
    const broken = await failOpening(`raise exception 'at fault'`, `new.chain_hash = '${records[7]?.chainHash}'`);
    const batches = await server.database.query('select distinct batch_id from unopened_records');
    const jobs = batches.rows.map(({ batch_id }) => ({ batches: [batch_id] }));
    expect(jobs).toHaveLength(64);
    await server.jobs.add('open-records', jobs);
    await expect.poll(async () => (await health()).opening.waiting, patient).toBe(1);
    expect((await server.database.query('select from statements')).rowCount).toBeLessThan(32);
    await broken();
    await expect.poll(async () => (await health()).opening.waiting, patient).toBe(0);
  });

  it('kept 6: kiosks that come and go all day are no burst, and opening has its share', async () => {
    let now = 0;
    const way = new IntakePriority(() => now);
    for (let batch = 0; batch < 100; batch++) {
      const done = way.yieldToIntake();
      now += 30;
      done();
      now += 70;
    }
    way.yieldToIntake();
    const rest = way.rest(100);
    now += 101;
    await rest;
  });

  it('kept 6: opening goes on while batches never cease, and takes an equal share after a while', async () => {
    const done = server.openingWorker.yieldToIntake();
    await kiosk.deliver(await kiosk.records(Array.from({ length: 500 }, (_, index) => mobile(2_000 + index))));
    await expect.poll(async () => (await health()).opening.waiting, { ...patient, timeout: 20_000 }).toBe(0);
    done();
  });
});
