import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SimulatedKiosk } from '../support/simulated-kiosk.ts';
import { mobile, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

interface Alarm {
  kioskId: string;
  code: string;
  count: number;
  firstSequence: number;
  lastSequence: number;
  openedAt: string;
  examples: string[];
  closedAt: string | null;
  note: string | null;
}
interface Page {
  kinds: { code: string; kiosks: number; count: number }[];
  alarms: Alarm[];
  next: string | null;
}

const page = async (query = ''): Promise<Page> => (await server.admin('GET', `/v1/alarms?${query}`)).json;
const of = async ({ id }: SimulatedKiosk, state: 'open' | 'closed' = 'open'): Promise<Alarm[]> =>
  (await page(`state=${state}&limit=1000`)).alarms.filter(({ kioskId }) => kioskId === id);
const codes = async (kiosk: SimulatedKiosk, state?: 'open' | 'closed') =>
  (await of(kiosk, state)).map(({ code, note }) => (note === null ? code : `${code}: ${note}`)).sort();
const close = async ({ id }: SimulatedKiosk, code: string, note: string) =>
  (await server.admin('POST', `/v1/kiosks/${id}/alarms/${code}/closing`, { note })).status;
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => mobile(from + index));

/** Two kiosks with one key and one beginning, as a copied disk makes them. */
async function copied(): Promise<[SimulatedKiosk, SimulatedKiosk]> {
  const kiosk = await server.enrol();
  await kiosk.deliver(await kiosk.records(numbers(0, 2)));
  return [kiosk, Object.assign(await server.enrol(), kiosk)];
}

test('kept 10: a copied disk is one alarm of each kind, counted, and hides no other', async () => {
  const quiet = await server.enrol();
  await quiet.deliver([await quiet.record(quiet.body(mobile(1)), { type: 'horoscope' })]);
  await server.openingWorker.settled();
  const [kiosk, copy] = await copied();
  for (const each of [kiosk, copy]) {
    for (const from of [100, 200]) await each.deliver(await each.records(numbers(from, 100)));
  }
  const alarms = await of(kiosk);
  expect(alarms.map(({ code }) => code)).toEqual(['fork']);
  expect(alarms).toMatchObject([{ count: 400, firstSequence: 3, lastSequence: 202 }]);
  expect(alarms[0]?.examples).toHaveLength(20);
  const { rows } = await server.database.query('select count(*)::int as n from alarms where kiosk_id = $1', [kiosk.id]);
  expect(rows[0].n).toBe(1);
  expect(await codes(quiet)).toEqual(['record_type_unknown']);
  expect((await page('limit=1')).kinds).toEqual([
    { code: 'fork', kiosks: 1, count: 400 },
    { code: 'record_type_unknown', kiosks: 1, count: 1 },
  ]);
}, 30_000);

test('kept 10: pages show every alarm once, while others are raised again', async () => {
  await server.database.query(`
    insert into kiosks (id, store_id, device_public_key, application_version, enrolled_at)
      select gen_random_uuid(), 'many', 'none', '0', now() from generate_series(1, 1500);
    insert into alarms select id, code, 1, 1, 1, now(), now(), now() - (random() * 9)::int * interval '1 hour', array[]::text[]
      from kiosks cross join (values ('body_altered'), ('link_broken')) as kinds (code) where store_id = 'many'`);
  const seen: string[] = [];
  let after = '';
  do {
    const { alarms, next } = await page(`limit=700${after}`);
    seen.push(...alarms.map(({ kioskId, code }) => `${kioskId} ${code}`));
    expect(alarms.map(({ openedAt }) => openedAt)).toEqual(
      alarms
        .map(({ openedAt }) => openedAt)
        .toSorted()
        .toReversed(),
    );
    await server.database.query(
      `update alarms set count = count + 1, last_seen_at = now() where code = 'body_altered'`,
    );
    after = next === null ? '' : `&after=${encodeURIComponent(next)}`;
  } while (after !== '');
  const open = await server.database.query('select count(*)::int as n from alarms where closed_at is null');
  expect(seen).toHaveLength(open.rows[0].n);
  expect(new Set(seen).size).toBe(seen.length);
  const { alarms, next } = await page('code=record_type_unknown');
  expect([alarms.length, next]).toEqual([1, null]);
  expect((await server.admin('GET', '/v1/alarms?after=nonsense')).status).toBe(400);
  await server.database.query(`delete from alarms where kiosk_id in (select id from kiosks where store_id = 'many')`);
});

test('kept 10: what is over closes its alarm by itself', async () => {
  const kiosk = await server.enrol();
  const [first, second] = await kiosk.records(numbers(0, 2));
  const start = { sequence: kiosk.sequence, previousChainHash: kiosk.previousChainHash };
  const [hidden, following] = await kiosk.records(numbers(10, 2));
  Object.assign(kiosk, start);
  const [shown] = await kiosk.records(numbers(20, 1));
  const deliver = (...records: (typeof first)[]) => kiosk.deliver(records.filter((record) => record !== undefined));
  await deliver(second);
  expect(await codes(kiosk)).toEqual(['sequence_missing']);
  await deliver(first);
  expect(await codes(kiosk)).toEqual([]);
  await deliver(shown, following);
  expect(await codes(kiosk)).toEqual(['link_broken']);
  await deliver(hidden);
  expect([await codes(kiosk), await codes(kiosk, 'closed')]).toEqual([['fork'], ['link_broken']]);
  for (let round = 0; round < 2; round++) {
    await server.admin('POST', `/v1/kiosks/${kiosk.id}/revoke`);
    await kiosk.request('GET', '/v1/configuration');
    expect(await codes(kiosk)).toEqual(['fork', 'revoked_kiosk_in_use']);
    await server.admin('POST', `/v1/kiosks/${kiosk.id}/reinstatement`);
    expect([await codes(kiosk), await codes(kiosk, 'closed')]).toEqual([
      ['fork'],
      ['link_broken', 'revoked_kiosk_in_use'],
    ]);
  }
});

test('kept 10: of two broken links one is mended, and the alarm stays', async () => {
  const kiosk = await server.enrol();
  const [first] = await kiosk.records(numbers(0, 1));
  const start = { sequence: kiosk.sequence, previousChainHash: kiosk.previousChainHash };
  const [hidden, following, third, lost, fifth] = await kiosk.records(numbers(10, 5));
  Object.assign(kiosk, start);
  const [shown] = await kiosk.records(numbers(20, 1));
  Object.assign(kiosk, { sequence: 4, previousChainHash: third?.chainHash });
  const [instead] = await kiosk.records(numbers(30, 1));
  const deliver = (...records: (typeof first)[]) => kiosk.deliver(records.filter((record) => record !== undefined));
  await deliver(first, shown, following, third, instead, fifth);
  expect(await of(kiosk)).toMatchObject([{ code: 'link_broken', count: 2 }]);
  await deliver(hidden);
  expect(await codes(kiosk)).toEqual(['fork', 'link_broken']);
  await deliver(lost);
  expect(await codes(kiosk)).toEqual(['fork']);
});

test('kept 10: head office closes with a note; what is known stays closed when it is told again, and news open it', async () => {
  const [kiosk, copy] = await copied();
  await kiosk.deliver(await kiosk.records(numbers(30, 1)));
  const again = await copy.records(numbers(40, 1));
  await copy.deliver(again);
  expect(await close(kiosk, 'fork', 'spare disk in Leeds, destroyed')).toBe(200);
  await copy.deliver(again);
  expect([await codes(kiosk), await codes(kiosk, 'closed')]).toEqual([[], ['fork: spare disk in Leeds, destroyed']]);
  expect(await close(kiosk, 'fork', 'once more')).toBe(404);
  await kiosk.deliver(await kiosk.records(numbers(50, 1)));
  await copy.deliver(await copy.records(numbers(60, 1)));
  expect(await of(kiosk)).toMatchObject([{ code: 'fork', count: 4, note: null, closedAt: null }]);

  const tell = (...sequences: number[]) => {
    const records = sequences.map((sequence) => ({ sequence, problem: 'sealed_unreadable' }));
    return kiosk.request('POST', '/v1/damaged-records', Buffer.from(JSON.stringify({ records })));
  };
  expect((await tell(1, 2)).status).toBe(200);
  await close(kiosk, 'sealed_unreadable', 'a broken disk, replaced');
  await tell(1, 2);
  expect(await codes(kiosk)).toEqual(['fork']);
  await tell(1, 2, 3);
  expect(await codes(kiosk)).toEqual(['fork', 'sealed_unreadable']);
});

test('kept 10: records that cannot be read after all open their alarm again, unless head office has closed it', async () => {
  const kiosk = await server.enrol();
  await kiosk.deliver([await kiosk.record(kiosk.body(mobile(1)), { type: 'horoscope' })]);
  await server.openingWorker.settled();
  const tryAgain = async () => {
    await server.admin('POST', '/v1/parked-records/retries', {});
    await server.openingWorker.settled();
  };
  await tryAgain();
  expect(await of(kiosk)).toMatchObject([{ code: 'record_type_unknown', count: 1 }]);
  await close(kiosk, 'record_type_unknown', 'comes with the next version');
  await tryAgain();
  expect([await codes(kiosk), await codes(kiosk, 'closed')]).toEqual([
    [],
    ['record_type_unknown: comes with the next version'],
  ]);
});

test('kept 10: missing numbers that head office has closed stay closed until others are missing', async () => {
  const kiosk = await server.enrol();
  const records = await kiosk.records(numbers(0, 9));
  await kiosk.deliver(records.slice(5, 6));
  expect(await close(kiosk, 'sequence_missing', 'lost with the first disk')).toBe(200);
  await kiosk.deliver(records.slice(2, 3));
  expect([await codes(kiosk), await codes(kiosk, 'closed')]).toEqual([
    [],
    ['sequence_missing: lost with the first disk'],
  ]);
  expect(await of(kiosk, 'closed')).toMatchObject([{ count: 4, firstSequence: 1, lastSequence: 5 }]);
  await kiosk.deliver(records.slice(7, 8));
  expect(await of(kiosk)).toMatchObject([{ code: 'sequence_missing', count: 1, firstSequence: 7, lastSequence: 7 }]);
  await kiosk.deliver(records);
  expect([await codes(kiosk), await codes(kiosk, 'closed')]).toEqual([[], []]);
  expect(await close(kiosk, 'sequence_missing', 'nothing there')).toBe(404);
  expect(await close(kiosk, 'fork', 'a\u0000b')).toBe(400);
});
