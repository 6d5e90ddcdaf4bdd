import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KioskApplication } from '../../electron/application.ts';
import { ProvisioningFile } from '../../electron/provisioning.ts';
import { startNewEpoch } from '../../server/database/server-state.ts';
import type { Configuration } from '../../shared/configuration.ts';
import { startTestServer, type TestServer } from '../server/test-server.ts';
import { managerPin, temporaryFolder } from '../support/enrolled-folder.ts';
import { britishMobile, draftFor, openApplication, silentLog } from '../support/kiosk.ts';
import { ShopLine } from './shop-line.ts';

/** The kiosk's own application, without a window, and the server, over loopback and real databases. */
let server: TestServer;
let line: ShopLine;
let folder: string;
let kiosk: KioskApplication;

beforeEach(async () => {
  server = await startTestServer();
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  line = await ShopLine.to((server.app.server.address() as AddressInfo).port);
  folder = temporaryFolder();
  kiosk = openApplication(folder);
  await kiosk.enrol({ serverUrl: line.url, code: await server.createCode('leeds-01'), pin: managerPin });
});
afterEach(async () => {
  await kiosk.close();
  await line.close();
  await server.close();
});

function configuration(): Configuration {
  const state = kiosk.state();
  if (state.state !== 'ready') throw new Error(`kiosk is ${state.state}`);
  return state.configuration;
}

const capture = (index: number) => kiosk.handlers()['capture:save'](draftFor(configuration(), britishMobile(index)));

async function sync() {
  await kiosk.handlers()['manager:unlock']({ pin: managerPin });
  return kiosk.handlers()['manager:sync']();
}

/** Runs syncs until nothing is under way that began before this call. */
async function syncTwice() {
  await sync();
  return sync();
}

const lookup = async (index: number) =>
  (await server.admin('POST', '/v1/subjects/lookup', { number: britishMobile(index) })).json as {
    records: { receiptCode: string; state: string }[];
  };

const recordRows = async () => Number((await server.database.query('select count(*) as n from records')).rows[0].n);

function reopenWithFile(change: (path: string) => void): Promise<void> {
  return kiosk.close().then(() => {
    change(join(folder, 'kiosk.db'));
    kiosk = openApplication(folder);
  });
}

describe('kiosk and server', () => {
  it('delivers, opens once and countersigns what was captured', async () => {
    const receipts = [];
    for (const index of [1, 2, 3]) receipts.push((await capture(index)).receiptCode);
    expect(await syncTwice()).toMatchObject({
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
    await sync();
    line.losesAnswers = true;
    await capture(1);
    await capture(2);
    expect(await syncTwice()).toMatchObject({ unsent: 2, delivered: 0, resultCode: 'unreachable' });
    expect(await recordRows()).toBe(2);
    line.losesAnswers = false;
    expect(await syncTwice()).toMatchObject({ unsent: 0, delivered: 2, resultCode: 'ok' });
    expect(await recordRows()).toBe(2);
  });

  it('fault 33: clocks ten years apart do not stop the delivery', async () => {
    server.setClock(() => new Date(Date.now() + 10 * 365 * 86_400_000));
    await capture(1);
    expect(await syncTwice()).toMatchObject({ unsent: 0, delivered: 1, resultCode: 'ok' });
  });

  it('fault 31: a server restored from an older backup gets everything again', async () => {
    await capture(1);
    await capture(2);
    await syncTwice();
    await server.database.query('truncate records, unopened_records cascade');
    await startNewEpoch(server.db);
    await capture(3);
    expect(await syncTwice()).toMatchObject({ unsent: 0, delivered: 3 });
    expect(await recordRows()).toBe(3);
  });

  it('fault 9: a kiosk restored from yesterday forks its chain; nothing is overwritten, nothing doubled, head office is alarmed', async () => {
    await capture(1);
    await syncTwice();
    await reopenWithFile((path) => copyFileSync(path, `${path}.yesterday`));
    await capture(2);
    await syncTwice();
    await reopenWithFile((path) => copyFileSync(`${path}.yesterday`, path));
    await capture(3);
    expect(await syncTwice()).toMatchObject({ unsent: 0, resultCode: 'ok' });
    expect(await recordRows()).toBe(3);
    expect((await server.alarms()).map(({ code }) => code)).toContain('fork');
    for (const index of [1, 2, 3]) await expect.poll(async () => (await lookup(index)).records.length).toBe(1);
  });

  it('fault 29: a record damaged on the kiosk is refused, kept, and does not block the queue', async () => {
    line.losesAnswers = true;
    for (const index of [1, 2, 3]) await capture(index);
    await sync();
    await server.database.query('truncate records, unopened_records cascade');
    await reopenWithFile((path) => {
      const database = new SqliteDatabase(path);
      const { sealed } = database.prepare('SELECT sealed FROM records WHERE sequence = 2').get() as { sealed: Buffer };
      sealed[100] = (sealed[100] ?? 0) ^ 1;
      database.prepare('UPDATE records SET sealed = ? WHERE sequence = 2').run(sealed);
      database.close();
    });
    line.losesAnswers = false;
    expect(await syncTwice()).toMatchObject({ unsent: 0, refused: 1, delivered: 2 });
    const status = await kiosk.handlers()['manager:status']();
    expect(status.recent.map(({ state }) => state)).toEqual(['countersigned', 'refused', 'countersigned']);
    await expect(kiosk.handlers()['manager:reset']()).rejects.toMatchObject({ code: 'reset_refused_unsent' });
  });

  it('a revoked kiosk is told so, and captures on', async () => {
    const { kiosks } = (await server.admin('GET', '/v1/kiosks')).json as { kiosks: { id: string }[] };
    await server.admin('POST', `/v1/kiosks/${kiosks[0]?.id}/revoke`);
    await capture(1);
    expect(await syncTwice()).toMatchObject({ unsent: 1, delivered: 0, resultCode: 'kiosk_revoked', online: true });
    await expect(capture(2)).resolves.toBeDefined();
  });

  it('fault 36: reset is refused while anything is unsent, and then forgets everything', async () => {
    line.losesAnswers = true;
    await capture(1);
    await sync();
    await expect(kiosk.handlers()['manager:reset']()).rejects.toMatchObject({
      code: 'reset_refused_unsent',
      details: { unsent: 1 },
    });
    line.losesAnswers = false;
    await syncTwice();
    await kiosk.handlers()['manager:reset']();
    expect(kiosk.state().state).toBe('not_enrolled');
    await expect(kiosk.handlers()['manager:status']()).rejects.toMatchObject({ code: 'not_enrolled' });
    await kiosk.enrol({ serverUrl: line.url, code: await server.createCode('leeds-01'), pin: managerPin });
    expect(kiosk.state().state).toBe('ready');
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
    writeFileSync(path, JSON.stringify({ serverUrl: line.url, code: 'AAAA-AAAA-AAAA', pin: managerPin }));
    const provisioning = { code: 'enrolment_code_refused', field: '', path, retrying: false };
    await vi.waitFor(() => expect(fresh.state()).toMatchObject({ state: 'not_enrolled', provisioning }), 5_000);
    expect(existsSync(path)).toBe(true);
    writeFileSync(path, JSON.stringify({ serverUrl: line.url, code: await server.createCode(), pin: managerPin }));
    await vi.waitFor(() => expect(fresh.state().state).toBe('ready'), 5_000);
    file.enrolled(true);
    expect(existsSync(path)).toBe(false);
    await fresh.close();
  }, 15_000);
});
