import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalJson } from '../../protocol/canonical.ts';
import { receiptCode } from '../../protocol/record.ts';
import { generateSealKey } from '../../protocol/seal.ts';
import { findOrCreateSubjects } from '../../server/modules/subjects/subjects.ts';
import { inTransaction } from '../../server/platform/database/transaction.ts';
import { anotherServer, mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const parkedOf = async (kioskId: string): Promise<string[]> =>
  (
    await server.database.query(
      'select parked_code from unopened_records where kiosk_id = $1 and parked_code is not null order by parked_code',
      [kioskId],
    )
  ).rows.map(({ parked_code }) => parked_code);

test('a record is found by its number right after it was delivered', async () => {
  const kiosk = await server.enrol();
  const [record] = await kiosk.records([mobile(1)]);
  await kiosk.deliver(record === undefined ? [] : [record]);
  await server.openingWorker.settled();
  const [found, ...others] = await server.lookUp(mobile(1));
  expect(others).toEqual([]);
  const header = JSON.parse(record?.header ?? '');
  expect(found).toMatchObject({
    receiptCode: receiptCode(header.recordId),
    kioskId: kiosk.id,
    deviceTime: header.deviceTime,
    language: 'en',
    choices: kiosk.body(mobile(1)).choices,
    state: 'opened',
    number: '+••••••••••01',
  });
  expect(JSON.stringify(found)).not.toContain(mobile(1).slice(3));
  expect(await server.lookUp(mobile(2))).toEqual([]);
});

test('one number is one subject, from any kiosk and at the same moment', async () => {
  const kiosks = await Promise.all([server.enrol(), server.enrol(), server.enrol()]);
  const others = await Promise.all([1, 2].map(() => anotherServer(server)));
  await Promise.all(
    kiosks.map(async (kiosk) => {
      const numbers = Array.from({ length: 40 }, (_, index) => mobile(100 + (index % 10)));
      await kiosk.deliver(await kiosk.records(numbers));
    }),
  );
  await server.openingWorker.settled();
  await Promise.all(others.map((other) => other.stop()));
  for (let index = 0; index < 10; index++) expect(await server.lookUp(mobile(100 + index))).toHaveLength(12);
  const { rows } = await server.database.query(
    'select (select count(*) from subjects)::int as subjects, (select count(*) from subject_numbers)::int as numbers',
  );
  expect(rows[0].subjects).toBe(rows[0].numbers);
});

// A deadlock fails by itself, PostgreSQL looks for it after a second; eight times two thousand numbers may take longer.
test('many transactions that meet the same new numbers in other orders do not deadlock', {
  timeout: 60_000,
}, async () => {
  const numbers = Array.from({ length: 2_000 }, (_, index) => mobile(3_000 + index));
  const results = await Promise.all(
    Array.from({ length: 8 }, async (_, index) => {
      const order = numbers.map((__, at) => numbers[(at * 7 + index * 311) % 2_000] ?? '');
      return await inTransaction(server.db, (tx) => findOrCreateSubjects(tx, server.keys.master, order));
    }),
  );
  const ids = results.map((subjects) => numbers.map((number) => subjects.get(number)?.id).join());
  expect(new Set(ids).size).toBe(1);
});

test('a change of number is found under both numbers; one to the same number once, and nothing waits behind it', async () => {
  const kiosk = await server.enrol();
  const changed = kiosk.numberChange(mobile(90), mobile(91));
  await kiosk.deliver([
    await kiosk.record(changed, { type: 'number_changed' }),
    await kiosk.record({ ...changed, number: mobile(90) }, { type: 'number_changed' }),
    await kiosk.record(kiosk.withdrawal(mobile(91)), { type: 'withdrawn' }),
  ]);
  await server.openingWorker.settled();
  expect(await parkedOf(kiosk.id)).toEqual([]);
  expect((await server.lookUp(mobile(90))).map(({ sequence }) => sequence)).toEqual([2, 1]);
  expect((await server.lookUp(mobile(91))).map(({ sequence }) => sequence)).toEqual([3, 1]);
});

test('poison is parked with its own code and alarmed, and blocks nobody', async () => {
  const kiosk = await server.enrol();
  const good = kiosk.body(mobile(7));
  const records = [
    await kiosk.record(good),
    await kiosk.record(good, { type: 'horoscope' }),
    await kiosk.record({ ...good, choices: [] }),
    await kiosk.record('just a text'),
    await kiosk.record({ ...good, number: '07400 100007' }),
    await kiosk.record(good, { sealKeyId: 'AAAAAAAAAAAAAAAA' }),
    await (async () => {
      const own = kiosk.enrolment.sealKey;
      const other = await generateSealKey();
      Object.assign(own, { kept: own.publicKey, publicKey: other.publicKey });
      const record = await kiosk.record(good);
      Object.assign(own, { publicKey: (own as unknown as { kept: string }).kept });
      return record;
    })(),
    await kiosk.record(good),
  ];
  const answer = await kiosk.deliver(records);
  expect(answer.answers.every(({ outcome }) => outcome === 'countersigned')).toBe(true);
  await server.openingWorker.settled();
  const codes = [
    'body_malformed',
    'body_malformed',
    'body_malformed',
    'record_type_unknown',
    'seal_broken',
    'seal_key_unknown',
  ];
  expect(await parkedOf(kiosk.id)).toEqual(codes);
  expect((await server.lookUp(mobile(7))).map(({ sequence }) => sequence)).toEqual([8, 1]);
  const alarms = (await server.alarms()).filter(({ kioskId }) => kioskId === kiosk.id);
  expect(alarms.flatMap(({ code, count }) => Array<string>(count).fill(code)).sort()).toEqual(codes);
});

test('found 13: a number that no metadata of this server knows is kept, found and stopped like any other', async () => {
  const kiosk = await server.enrol();
  const gone = '+22501234567';
  const given = kiosk.body(gone);
  await kiosk.deliver([await kiosk.record(given)]);
  await server.openingWorker.settled();
  expect(await parkedOf(kiosk.id)).toEqual([]);
  expect(await server.lookUp(gone)).toMatchObject([{ state: 'opened', number: '+•••••••••67' }]);
  await kiosk.deliver([await kiosk.record(kiosk.withdrawal(gone), { type: 'withdrawn' })]);
  await server.openingWorker.settled();
  expect(await server.lookUp(gone)).toMatchObject([{ type: 'withdrawn' }, { type: 'given', state: 'withdrawn' }]);
});

test('a record sent again after it was opened is not opened twice', async () => {
  const kiosk = await server.enrol();
  const records = await kiosk.records([mobile(60)]);
  await kiosk.deliver(records);
  await server.openingWorker.settled();
  await server.beginNewEpoch();
  await kiosk.deliver(records);
  await server.openingWorker.settled();
  expect(await server.lookUp(mobile(60))).toHaveLength(1);
});

test('what is stored about a person opens only in its own row and under the key of that person', async () => {
  const numbers = [mobile(70), mobile(70), mobile(71)];
  const kiosk = await server.enrol();
  await kiosk.deliver(await kiosk.records(numbers));
  await server.openingWorker.settled();
  const { rows } = await server.database.query(
    'select * from opened_records join records using (kiosk_id, chain_hash) where kiosk_id = $1 order by records.sequence',
    [kiosk.id],
  );
  const statuses = async () =>
    await Promise.all(
      [mobile(70), mobile(71)].map(
        async (number) => (await server.admin('POST', '/v1/subjects/lookup', { number })).status,
      ),
    );
  const put = async (body: Buffer, chainHash: string) =>
    await server.database.query('update opened_records set body = $1 where chain_hash = $2', [body, chainHash]);
  expect(await statuses()).toEqual([200, 200]);
  await put(rows[1].body, rows[0].chain_hash);
  expect(await statuses()).toEqual([500, 200]);
  await put(rows[0].body, rows[0].chain_hash);
  await put(rows[0].body, rows[2].chain_hash);
  expect(await statuses()).toEqual([200, 500]);
});

test('the manage token is kept as a hash only', async () => {
  const kiosk = await server.enrol();
  const body = kiosk.body(mobile(80));
  await kiosk.deliver([await kiosk.record(body)]);
  await server.openingWorker.settled();
  const { rows } = await server.database.query(
    'select manage_token_hash, body from opened_records where kiosk_id = $1',
    [kiosk.id],
  );
  expect(canonicalJson(rows[0].manage_token_hash)).not.toContain(body.manageToken);
  expect(rows[0].manage_token_hash).toHaveLength(43);
});
