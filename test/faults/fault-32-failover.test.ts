import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KioskApplication } from '../../electron/application.ts';
import { headOfficeOf } from '../../tools/local/head-office.ts';
import { type LocalServer, startServer } from '../../tools/local/server-process.ts';
import { SystemPostgres, systemPrograms } from '../../tools/testing/system-postgres.ts';
import { SeededRandom } from '../e2e/support/random.ts';
import { managerPin } from '../support/enrolled-folder.ts';
import { britishMobile, draftFor, openApplication, silentLog } from '../support/kiosk.ts';
import { TcpBalancer } from '../support/tcp-balancer.ts';
import { times } from '../support/times.ts';
import { Load } from './load.ts';
import { expectNothingLost } from './nothing-lost.ts';

const kiosks = 6;
/** What a kiosk may need to go on. */
const aMinute = { timeout: 60_000, interval: 50 };

let folder: string;
let primary: SystemPostgres;
let standby: SystemPostgres;
/** Where the servers find their database, as a virtual address or a proxy keeps it. */
let database: TcpBalancer;
let servers: LocalServer[] = [];
/** Where kiosks find the servers. */
let front: TcpBalancer;
let kiosk: KioskApplication;
let delivered: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-failover-'));
  primary = await SystemPostgres.create();
  standby = await addStandby(primary);
  database = await TcpBalancer.to(primary.port);
  const environment = { DATABASE_URL: `postgres://postgres@127.0.0.1:${database.port}/postgres` };
  const first = join(folder, 'first');
  const second = join(folder, 'second');
  servers = [await startServer(first, 0, environment)];
  mkdirSync(second);
  for (const file of ['keys.json', 'admin-token']) copyFileSync(join(first, file), join(second, file));
  servers.push(await startServer(second, 0, environment));
  front = await TcpBalancer.to(...servers.map(({ url }) => Number(new URL(url).port)));
  kiosk = openApplication(join(folder, 'kiosk'), silentLog, (status) => {
    delivered = status.delivered;
  });
});
afterEach(async () => {
  await kiosk.close();
  await Promise.all(servers.map((server) => server.stop()));
  await front.close();
  await database.close();
  primary.kill();
  standby.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** Follows, and is waited for by every commit from then on. */
async function addStandby(of: SystemPostgres): Promise<SystemPostgres> {
  const added = await SystemPostgres.standbyOf(of);
  const client = new pg.Client({ connectionString: of.url });
  await client.connect();
  // Only now: a standby that has copied this would wait for another one when it is promoted.
  await client.query(`alter system set synchronous_standby_names = 'FIRST 1 (standby)'`);
  await client.query('select pg_reload_conf()');
  const state = async () => (await client.query('select sync_state from pg_stat_replication')).rows;
  await expect.poll(state, aMinute).toEqual([{ sync_state: 'sync' }]);
  await client.end();
  return added;
}

async function capture(index: number): Promise<void> {
  const state = kiosk.state();
  if (state.state !== 'ready') throw new Error(`the kiosk is ${state.state}`);
  await kiosk.handlers()['capture:save'](draftFor(state.configuration, britishMobile(index)));
}

test.skipIf(systemPrograms() === null)(
  'fault 32: a primary killed under load and its synchronous standby promoted: nothing acknowledged is lost or undone, and kiosks go on',
  async () => {
    const random = new SeededRandom();
    const url = `http://127.0.0.1:${front.port}`;
    const office = headOfficeOf(url, join(folder, 'first'));
    await kiosk.enrol({ serverUrl: url, code: await office.createEnrolmentCode('leeds-01'), pin: managerPin });
    const load = await Load.start(office, url, kiosks);
    for (let round = 0; round < times(10); round++) {
      await load.goesOn();
      await load.stopOnPage(url);
      await delay(random.below(100));
      primary.kill();
      const refused = load.answers.get(503) ?? 0;
      database.pointTo(standby.port);
      await capture(99_000 + round);
      await expect.poll(() => load.answers.get(503), aMinute).toBeGreaterThan(refused);
      expect((await fetch(`${url}/health`)).status).toBe(503);
      await standby.promote();
      await load.goesOn();
      await expect.poll(() => delivered, aMinute).toBe(round + 1);
      primary = standby;
      standby = await addStandby(primary);
    }
    await load.goesOn();
    await load.end();
    console.log(`${times(10)} failovers: ${load.totals}`);
    await expectNothingLost(office, load);
  },
  1_800_000,
);
