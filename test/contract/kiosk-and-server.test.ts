import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProvisioningFile } from '../../electron/enrolment/provisioning.ts';
import { managerPin, temporaryFolder } from '../support/enrolled-folder.ts';
import { britishMobile, openApplication, silentLog } from '../support/kiosk.ts';
import { OneKiosk } from './one-kiosk.ts';

// A server, a database and a kiosk each time, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

let shop: OneKiosk;
beforeEach(async () => {
  shop = await OneKiosk.open();
  await shop.enrol();
});
afterEach(() => shop.close());

const lookup = async (index: number) =>
  (await shop.server.admin('POST', '/v1/subjects/lookup', { number: britishMobile(index) })).json as {
    records: { receiptCode: string; state: string }[];
  };

describe('kiosk and server', () => {
  it('delivers, opens once and countersigns what was captured', async () => {
    const receipts = [];
    for (const index of [1, 2, 3]) receipts.push((await shop.capture(index)).receiptCode);
    expect(await shop.syncTwice()).toMatchObject({
      unsent: 0,
      refused: 0,
      damaged: 0,
      delivered: 3,
      online: true,
      resultCode: 'ok',
    });
    for (const [offset, receiptCode] of receipts.entries()) {
      await expect.poll(() => lookup(offset + 1)).toMatchObject({ records: [{ receiptCode, state: 'opened' }] });
    }
  });

  it('fault 26: an answer lost after the commit costs nothing and doubles nothing', async () => {
    await shop.sync();
    shop.line.losesAnswers = true;
    await shop.capture(1);
    await shop.capture(2);
    expect(await shop.syncTwice()).toMatchObject({ unsent: 2, delivered: 0, resultCode: 'unreachable' });
    // A batch is halved after each lost answer, so the second record may still wait for the first one's.
    expect(await shop.countRecords(), 'committed, and the kiosk does not know').toBeGreaterThan(0);
    shop.line.losesAnswers = false;
    expect(await shop.syncTwice()).toMatchObject({ unsent: 0, delivered: 2, resultCode: 'ok' });
    expect(await shop.countRecords()).toBe(2);
  });

  it.each([
    ['behind', -1],
    ['ahead', 1],
  ])(
    'fault 33: a clock ten years %s stops no delivery, and nothing is let go of before its time',
    async (_, direction) => {
      await shop.reopenWithClock(direction * 10 * 365 * 86_400_000);
      await shop.capture(1);
      expect(await shop.syncTwice()).toMatchObject({ unsent: 0, delivered: 1, resultCode: 'ok' });
      await shop.server.database.query('truncate records, sealed_bodies, unopened_records cascade');
      await shop.server.beginNewEpoch();
      await shop.capture(2);
      expect(await shop.syncTwice(), 'its body was still there').toMatchObject({ unsent: 0, delivered: 2 });
      const { rows } = await shop.server.database.query(
        `select sequence::int, received_at, (header::json ->> 'deviceTime')::timestamptz as device_time from records order by sequence`,
      );
      expect(rows.map(({ sequence }) => sequence)).toEqual([1, 2]);
      for (const row of rows) {
        const years = (row.device_time.getTime() - row.received_at.getTime()) / (365 * 86_400_000);
        expect(years, 'both times are kept').toBeCloseTo(direction * 10, 2);
      }
    },
  );

  it('who agrees after their withdrawal went ahead stays agreed, although an older answer came after it', async () => {
    shop.line.losesAnswers = true;
    await shop.capture(1);
    // A run that was under way when it was captured may be without it.
    await shop.syncTwice();
    expect(await shop.countRecords(), 'the first one is there, and the kiosk does not know').toBe(1);
    await shop.withdraw(1);
    shop.line.losesAnswers = false;
    await expect.poll(async () => (await shop.sync()).unsent).toBe(0);
    const { receiptCode } = await shop.capture(1);
    await expect.poll(async () => (await shop.sync()).unsent).toBe(0);
    await expect
      .poll(async () => (await lookup(1)).records)
      .toContainEqual(expect.objectContaining({ receiptCode, state: 'opened' }));
  });

  it('fault 31: a server restored from an older backup gets everything again', async () => {
    await shop.capture(1);
    await shop.capture(2);
    await shop.syncTwice();
    await shop.server.database.query('truncate records, sealed_bodies, unopened_records cascade');
    await shop.server.beginNewEpoch();
    await shop.capture(3);
    expect(await shop.syncTwice()).toMatchObject({ unsent: 0, delivered: 3 });
    expect(await shop.countRecords()).toBe(3);
  });

  it('fault 9: a kiosk restored from yesterday forks its chain; nothing is overwritten, nothing doubled, head office is alarmed', async () => {
    await shop.capture(1);
    await shop.syncTwice();
    await shop.reopenWithFile((path) => copyFileSync(path, `${path}.yesterday`));
    await shop.capture(2);
    await shop.syncTwice();
    await shop.reopenWithFile((path) => copyFileSync(`${path}.yesterday`, path));
    await shop.capture(3);
    expect(await shop.syncTwice()).toMatchObject({ unsent: 0, resultCode: 'ok' });
    expect(await shop.countRecords()).toBe(3);
    expect((await shop.server.alarms()).map(({ code }) => code)).toContain('fork');
    for (const index of [1, 2, 3]) await expect.poll(async () => (await lookup(index)).records.length).toBe(1);
  });

  it('fault 29: a record damaged on the kiosk is refused, kept, and does not block the queue', async () => {
    shop.line.losesAnswers = true;
    for (const index of [1, 2, 3]) await shop.capture(index);
    await shop.sync();
    await shop.server.database.query('truncate records, sealed_bodies, unopened_records cascade');
    await shop.reopenWithFile((path) => {
      const database = new SqliteDatabase(path);
      const { sealed } = database.prepare('SELECT sealed FROM records WHERE sequence = 2').get() as { sealed: Buffer };
      sealed[100] = (sealed[100] ?? 0) ^ 1;
      database.prepare('UPDATE records SET sealed = ? WHERE sequence = 2').run(sealed);
      database.close();
    });
    shop.line.losesAnswers = false;
    expect(await shop.syncTwice()).toMatchObject({ unsent: 0, refused: 1, delivered: 2 });
    const status = await shop.kiosk.handlers()['manager:status']();
    expect(status.recent.map(({ state }) => state)).toEqual(['countersigned', 'refused', 'countersigned']);
    await expect(shop.kiosk.handlers()['manager:reset']({ discard: false })).rejects.toMatchObject({
      code: 'reset_refused_unsent',
    });
  });

  it('fault 36: reset is refused while anything is unsent, and then forgets everything', async () => {
    shop.line.losesAnswers = true;
    await shop.capture(1);
    await shop.sync();
    await expect(shop.kiosk.handlers()['manager:reset']({ discard: false })).rejects.toMatchObject({
      code: 'reset_refused_unsent',
      details: { unsent: 1 },
    });
    shop.line.losesAnswers = false;
    await shop.syncTwice();
    await shop.kiosk.handlers()['manager:reset']({ discard: false });
    expect(shop.kiosk.state().state).toBe('not_enrolled');
    await expect(shop.kiosk.handlers()['manager:status']()).rejects.toMatchObject({ code: 'not_enrolled' });
    await shop.kiosk.enrol({
      serverUrl: shop.line.url,
      code: await shop.server.createCode('leeds-01'),
      pin: managerPin,
    });
    expect(shop.kiosk.state().state).toBe('ready');
  });

  it('found 31: enrols from a provisioning file, once; with a code that is refused the file stays, and the state says why', async () => {
    const other = temporaryFolder();
    const fresh = openApplication(other);
    const path = join(other, 'provisioning.json');
    const file = new ProvisioningFile({
      folder: other,
      enrol: (form) => fresh.enrol(form),
      onProblem: (problem) => fresh.provisioningProblem(problem),
      log: silentLog,
    });
    file.enrolled(false);
    writeFileSync(path, JSON.stringify({ serverUrl: shop.line.url, code: 'AAAA-AAAA-AAAA', pin: managerPin }));
    const provisioning = { code: 'enrolment_code_refused', field: '', path, retrying: false };
    await vi.waitFor(() => expect(fresh.state()).toMatchObject({ state: 'not_enrolled', provisioning }), 5_000);
    expect(existsSync(path)).toBe(true);
    writeFileSync(
      path,
      JSON.stringify({ serverUrl: shop.line.url, code: await shop.server.createCode(), pin: managerPin }),
    );
    await vi.waitFor(() => expect(fresh.state().state).toBe('ready'), 5_000);
    file.enrolled(true);
    expect(existsSync(path)).toBe(false);
    await fresh.close();
  }, 15_000);
});
