import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SealedRecord } from '../../protocol/record.ts';
import type { keysAnswerSchema } from '../../server/modules/key-rotation/routes.ts';
import { findOrCreateSubjects, findSubject } from '../../server/modules/subjects/subjects.ts';
import { bindDatabaseToKeys } from '../../server/platform/database/installation.ts';
import { inTransaction } from '../../server/platform/database/transaction.ts';
import { addMasterKey, readKeyFile, removeMasterKey } from '../../server/platform/keys/key-file.ts';
import { keyIds, loadKeys } from '../../server/platform/keys/keys.ts';
import { MasterKeys } from '../../server/platform/keys/master-keys.ts';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { anotherServer, mobile, startTestServer, type TestServer } from './test-server.ts';

type Keys = ReturnType<typeof keysAnswerSchema.parse>['keys'];

let server: TestServer;
let kiosk: SimulatedKiosk;
let now: number;
beforeEach(async () => {
  server = await startTestServer({ publicUrl: 'https://shop.test' });
  now = Date.now();
  server.setClock(() => new Date(now));
  kiosk = await server.enrol();
  kiosk.clock = () => new Date(now);
});
afterEach(() => server.close());

const masterKeys = async () =>
  ((await server.admin('GET', '/v1/keys')).json as { keys: Keys }).keys.filter(({ use }) => use === 'master');
const begin = async (keyId: string) => await server.admin('POST', '/v1/keys/rotations', { keyId });
const lookUp = async (number: string) =>
  (await server.admin('POST', '/v1/subjects/lookup', { number })).json as {
    records: { type: string; state: string; withdrawal: { by: string } | null }[];
  };
const range = (from: number, count: number) => Array.from({ length: count }, (_, at) => mobile(from + at));
const count = async (what: string) =>
  Number((await server.database.query(`select count(*) as n from ${what}`)).rows[0].n);

async function deliver(numbers: string[]) {
  await kiosk.deliver(await kiosk.records(numbers));
}
async function stop(number: string) {
  await kiosk.deliver([await kiosk.record(kiosk.withdrawal(number), { type: 'withdrawn' })]);
}

/** Until nobody is under an older key any more. */
async function rotated() {
  while ((await masterKeys()).some(({ state }) => state === 'rotating')) {
    await server.jobs.add('re-encrypt', [{}]);
    await delay(20);
  }
}

test('kept 11: while keys are rotated records come in and people stop; nothing is lost or doubled, and the old key is not needed afterwards', {
  timeout: 120_000,
}, async () => {
  const early = range(0, 420);
  await deliver(early);
  await stop(mobile(0));
  await server.openingWorker.settled();
  const [old] = await masterKeys();
  const another = await anotherServer(server);
  const added = addMasterKey(server.keyFile);
  const late: string[] = [];
  let rotating = true;
  const traffic = (async () => {
    for (let round = 0; rotating || round < 5; round += 1) {
      const fresh = range(1_000 + round * 20, 20);
      late.push(...fresh);
      await deliver([...fresh, ...range(round * 20, 20)]);
      await stop(mobile(1 + round));
      await stop(fresh[0] ?? '');
    }
  })();
  expect(await begin(added)).toEqual({ status: 202, json: { primary: added } });
  await rotated();
  rotating = false;
  await traffic;
  await another.stop();
  await server.openingWorker.settled();
  const rounds = late.length / 20;
  const people = [...early, ...late];
  expect(await count('subjects'), 'one subject for each number').toBe(people.length);
  expect(await count('unopened_records')).toBe(0);
  expect(await count("jobs.job where name = 'failed-jobs'")).toBe(0);
  now += 25 * 3_600_000;
  await server.jobs.add('housekeeping', [{}]);
  while ((await count('enrolment_codes')) > 0) await delay(20);
  await server.jobs.add('re-encrypt', [{}]);
  while ((await masterKeys()).length > 1) await delay(20);
  expect(await masterKeys()).toMatchObject([{ id: added, state: 'primary', rows: { subjects: people.length } }]);

  expect(removeMasterKey(server.keyFile, old?.id ?? '')).toBe(true);
  await bindDatabaseToKeys(server.db, keyIds(await loadKeys(server.keyFile, true)));
  server.parts.keys.master = new MasterKeys(() => readKeyFile(server.keyFile).masterKeys);
  const stopped = new Set([mobile(0), ...range(1, rounds), ...late.filter((_, at) => at % 20 === 0)]);
  for (const number of people) {
    const { records } = await lookUp(number);
    expect(records.length, number).toBeGreaterThan(0);
    const known = records.filter(({ type }) => type === 'given');
    if (stopped.has(number))
      expect(
        known.some(({ state }) => state === 'withdrawn'),
        `${number} stopped`,
      ).toBe(true);
    else
      expect(
        known.every(({ state }) => state === 'opened'),
        `${number} did not stop`,
      ).toBe(true);
  }
});

test('kept 11: codes that were given before stay good, texts go on being counted, and pages open', {
  timeout: 60_000,
}, async () => {
  const number = mobile(7);
  const body = kiosk.body(number);
  const record = await kiosk.record(body);
  const neighbours = await kiosk.records(range(100, 16));
  await kiosk.deliver([record, ...neighbours]);
  await server.openingWorker.settled();
  const ask = async ({ header }: { header: string }) => {
    const { recordId } = JSON.parse(header);
    return await kiosk.request('POST', '/v1/verifications', Buffer.from(JSON.stringify({ recordId })));
  };
  for (let text = 1; text < 5; text += 1) {
    expect((await ask(record)).status).toBe(200);
    now += 31_000;
  }
  const { verificationId } = JSON.parse((await ask(record)).text);
  const enrolmentCode = await server.createCode();
  await begin(addMasterKey(server.keyFile));
  while ((await masterKeys()).some(({ state, rows }) => state !== 'primary' && rows?.numbers !== 0)) await delay(20);
  const code = /\d{6}/.exec(server.outbox.messages.at(-1)?.text ?? '')?.[0];
  const check = await kiosk.request(
    'POST',
    `/v1/verifications/${verificationId}/checks`,
    Buffer.from(JSON.stringify({ code })),
  );
  expect(JSON.parse(check.text)).toMatchObject({ confirmed: true });
  const block: number[] = [];
  for (const neighbour of neighbours) block.push((await ask(neighbour)).status);
  expect(block, 'twenty texts an hour into one block of numbers').toEqual([...Array(15).fill(200), 429]);
  expect((await server.app.inject(`/m/${body.manageToken}`)).statusCode).toBe(200);
  const form = { code: enrolmentCode, devicePublicKey: kiosk.enrolment.signingKey.publicKey, applicationVersion: '0' };
  expect((await server.app.inject({ method: 'POST', url: '/v1/enrolments', payload: form })).statusCode).toBe(200);
});

test('kept 11: the number of an erased person stays under its old key until it is seen again, and stays stopped', {
  timeout: 60_000,
}, async () => {
  const [erased, backBefore, backAfter] = range(0, 3) as [string, string, string];
  await deliver([erased, backBefore, backAfter]);
  const [before, after] = (await kiosk.records([backBefore, backAfter])) as [SealedRecord, SealedRecord];
  await server.openingWorker.settled();
  for (const number of [erased, backBefore, backAfter]) await server.admin('POST', '/v1/subjects/erasure', { number });
  await kiosk.deliver([before]);
  await server.openingWorker.settled();
  const [old] = await masterKeys();
  await begin(addMasterKey(server.keyFile));
  await rotated();
  now += 25 * 3_600_000;
  await server.jobs.add('housekeeping', [{}]);
  while ((await count('enrolment_codes')) > 0) await delay(20);
  await server.jobs.add('re-encrypt', [{}]);
  expect(await masterKeys()).toContainEqual(
    expect.objectContaining({
      id: old?.id,
      state: 'kept',
      rows: expect.objectContaining({ suppressions: 2, subjects: 0 }),
    }),
  );
  await kiosk.deliver([after]);
  await server.openingWorker.settled();
  expect(await count(`suppressions where key_id = '${old?.id}'`), 'moves with its number').toBe(1);
  for (const number of [backBefore, backAfter]) {
    expect((await lookUp(number)).records, number).toMatchObject([{ verification: 'pending' }]);
  }
});

test('kept 11: a server without the new key takes no number for unknown, and goes on once it has the key', {
  timeout: 60_000,
}, async () => {
  await deliver([mobile(1)]);
  await server.openingWorker.settled();
  const copy = join(`${server.keyFile}.of-another-machine`);
  copyFileSync(server.keyFile, copy);
  const elsewhere = new MasterKeys(() => readKeyFile(copy).masterKeys);
  const find = (number: string) => inTransaction(server.db, (tx) => findSubject(tx, elsewhere, number));
  expect(await find(mobile(1))).not.toBeNull();
  const added = addMasterKey(server.keyFile);
  server.parts.keys.master = elsewhere;
  expect(await begin(added)).toMatchObject({ status: 503, json: { code: 'keys_outdated', details: { key: added } } });
  server.parts.keys.master = new MasterKeys(() => readKeyFile(server.keyFile).masterKeys);
  await begin(added);
  await expect(find(mobile(1))).rejects.toMatchObject({ code: 'keys_outdated' });
  await expect(find(mobile(2))).rejects.toMatchObject({ code: 'keys_outdated' });
  const upToDate = server.parts.keys.master;
  server.parts.keys.master = elsewhere;
  expect((await server.app.inject('/health')).json()).toMatchObject({ status: 503, code: 'keys_outdated' });
  server.parts.keys.master = upToDate;
  copyFileSync(server.keyFile, copy);
  expect(await find(mobile(1))).not.toBeNull();
  expect(await find(mobile(2))).toBeNull();
});

test('kept 11: two servers that meet a new number while another key becomes primary make one subject', async () => {
  const { db, keys } = server;
  const added = addMasterKey(server.keyFile);
  const waiting = `pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())`;
  const whenWaitingOrDone = async (work: Promise<unknown>, others: number) => {
    let done = false;
    void work.finally(() => {
      done = true;
    });
    while (!done && (await count(waiting)) <= others) await delay(5);
  };
  const { promise: committed, resolve: commit } = Promise.withResolvers<void>();
  const { promise: isCreated, resolve: created } = Promise.withResolvers<void>();
  const first = inTransaction(db, async (transaction) => {
    const subjects = await findOrCreateSubjects(transaction, keys.master, [mobile(5)]);
    created();
    await committed;
    return subjects.get(mobile(5))?.id;
  });
  await isCreated;
  const switching = begin(added);
  await whenWaitingOrDone(switching, 0);
  const second = inTransaction(db, (transaction) => findOrCreateSubjects(transaction, keys.master, [mobile(5)]));
  await whenWaitingOrDone(second, 1);
  commit();
  expect((await second).get(mobile(5))?.id).toBe(await first);
  expect((await switching).status).toBe(202);
  expect(await count('subjects')).toBe(1);
});

test('kept 11: a person whose record was damaged keeps nobody else from being moved, and their key in use', async () => {
  await deliver(range(0, 150));
  await server.openingWorker.settled();
  const [old] = await masterKeys();
  await server.database.query(`update opened_records set body = '\\x00' where subject_id =
    (select subject_id from subject_numbers order by blind_index limit 1)`);
  await begin(addMasterKey(server.keyFile));
  while (!server.logged().includes('subjects_unreadable')) await delay(20);
  expect(await masterKeys()).toContainEqual(
    expect.objectContaining({
      id: old?.id,
      state: 'rotating',
      rows: expect.objectContaining({ subjects: 1, numbers: 1 }),
    }),
  );
  expect(await count('subjects')).toBe(150);
});
