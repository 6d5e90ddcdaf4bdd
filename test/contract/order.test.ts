import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nextServerSequence, skipAhead } from '../../server/platform/database/server-sequence.ts';
import { britishMobile } from '../support/kiosk.ts';
import { OneKiosk } from './one-kiosk.ts';

const year = 365 * 86_400_000;

let shop: OneKiosk;
beforeEach(async () => {
  shop = await OneKiosk.open();
  await shop.enrol();
});
afterEach(() => shop.close());

const states = async (index: number): Promise<string[]> => {
  const { json } = await shop.server.admin('POST', '/v1/subjects/lookup', { number: britishMobile(index) });
  const { records } = json as { records: { state: string; type: string; verification: string | null }[] };
  return records.map(({ type, state, verification }) => (type === 'withdrawn' ? type : `${state} ${verification}`));
};

/** What a page does when somebody presses Stop there. */
async function stopAtServer(): Promise<void> {
  const { rows } = await shop.server.database.query(
    'select subject_id, kiosk_id, chain_hash from opened_records order by server_sequence desc limit 1',
  );
  const server_sequence = await nextServerSequence(shop.server.db);
  await shop.server.database.query(
    "insert into server_events select $1, gen_random_uuid(), 'withdrawn', 'manage_page', $2, $3, now(), $4",
    [rows[0].subject_id, rows[0].kiosk_id, rows[0].chain_hash, server_sequence],
  );
}

const opened = () => shop.server.openingWorker.settled();

for (const [clocks, kioskClock, serverClock] of [
  ['right clocks', 0, 0],
  ['a kiosk a year fast', year, 0],
  ['a kiosk of 1970', -56 * year, 0],
  ['a server a year fast', 0, year],
  ['a server a year slow', 0, -year],
] as const) {
  it(`kept 2: with ${clocks}, who agrees again after the poll has agreed, and needs no more than before`, async () => {
    shop.server.setClock(() => new Date(Date.now() + serverClock));
    await shop.reopenWithClock(kioskClock);
    await shop.capture(1);
    await shop.syncTwice();
    await opened();
    await stopAtServer();
    expect(await states(1)).toEqual(['withdrawn pending']);
    // The clock is put right in between, whichever it was.
    shop.server.setClock(() => new Date());
    await shop.syncTwice();
    await shop.capture(1);
    await shop.syncTwice();
    await opened();
    expect(await states(1)).toEqual(['opened pending', 'withdrawn pending']);
    const { rows } = await shop.server.database.query(
      'select named_server_sequence as named from opened_records order by server_sequence desc limit 1',
    );
    const stopped = await shop.server.database.query('select server_sequence as at from server_events');
    expect(Number(rows[0].named)).toBeGreaterThanOrEqual(Number(stopped.rows[0].at));
    await stopAtServer();
    expect(await states(1)).toEqual(['withdrawn pending', 'withdrawn pending']);
  });

  it(`kept 3: with ${clocks}, a safety copy stays thirty days of the server's signed time, and goes then`, async () => {
    let passed = 0;
    shop.server.setClock(() => new Date(Date.now() + serverClock + passed));
    await shop.reopenWithClock(kioskClock);
    await shop.capture(1);
    await shop.syncTwice();
    expect(shop.bodiesKept()).toEqual([1]);
    passed = 29 * 86_400_000;
    await shop.reopenWithClock(kioskClock + passed);
    await shop.syncTwice();
    expect(shop.bodiesKept()).toEqual([1]);
    passed = 31 * 86_400_000;
    await shop.reopenWithClock(kioskClock + passed);
    await shop.syncTwice();
    expect(shop.bodiesKept()).toEqual([]);
  });
}

describe('kept 12: a database restored from a backup, without anybody saying so', () => {
  /** As a backup of now, put back later: what came since is gone, and the server starts on what is left. */
  async function backup(): Promise<() => Promise<void>> {
    const { rows } = await shop.server.database.query('select last_value from server_sequence');
    const stored = await shop.countRecords();
    return async () => {
      for (const table of ['opened_records', 'unopened_records', 'records', 'countersignatures']) {
        await shop.server.database.query(`delete from ${table} where sequence > $1`, [stored]);
      }
      await shop.server.database.query('update kiosks set highest_sequence = $1, in_order_sequence = $1', [stored]);
      await shop.server.database.query(`select setval('server_sequence', ${rows[0].last_value})`);
      await skipAhead(shop.server.db);
    };
  }

  it('an idle kiosk notices with its next poll, and everything is there again', async () => {
    await shop.capture(1);
    await shop.syncTwice();
    const restore = await backup();
    for (const index of [2, 3]) await shop.capture(index);
    await shop.syncTwice();
    expect(await shop.countRecords()).toBe(3);
    await restore();
    expect(await shop.countRecords()).toBe(1);
    expect(await shop.syncTwice()).toMatchObject({ unsent: 0, delivered: 3, resultCode: 'ok' });
    expect(await shop.countRecords()).toBe(3);
    expect((await shop.server.alarms()).map(({ code }) => code)).toEqual([]);
  });

  it('a poll alone, and nothing new, is no reason for a new epoch', async () => {
    await shop.capture(1);
    await shop.syncTwice();
    const { rows } = await shop.server.database.query('select epoch from server_state');
    await shop.reopenWithClock(year);
    for (let polls = 0; polls < 3; polls++) await shop.sync();
    expect((await shop.server.database.query('select epoch from server_state')).rows).toEqual(rows);
  });

  it('whatever epochs it is told of in one run, it sends everything once', async () => {
    await shop.capture(1);
    await shop.syncTwice();
    await shop.server.database.query('update server_state set epoch = gen_random_uuid()');
    shop.line.paths.length = 0;
    await shop.sync();
    expect(shop.line.paths.filter((path) => path === '/v1/records').length).toBeLessThanOrEqual(2);
  });
});

it('of heartbeats a kiosk keeps what a record names, and the newest', async () => {
  await shop.capture(1);
  for (let polls = 0; polls < 4; polls++) await shop.sync();
  await shop.reopenWithFile((path) => {
    const database = new SqliteDatabase(path, { readonly: true });
    const kept = database.prepare('SELECT count(*) FROM countersignatures WHERE from_heartbeat = 1').pluck().get();
    database.close();
    expect(kept).toBe(2);
  });
});
