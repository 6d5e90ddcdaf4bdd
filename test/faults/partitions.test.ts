import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KioskApplication } from '../../electron/application.ts';
import type { SyncStatus } from '../../shared/contracts/ipc.ts';
import { startTestServer, type TestServer } from '../server/test-server.ts';
import { managerPin, temporaryFolder } from '../support/enrolled-folder.ts';
import { britishMobile, draftFor, openApplication, silentLog } from '../support/kiosk.ts';
import { TcpBalancer } from '../support/tcp-balancer.ts';
import { times } from '../support/times.ts';

const kiosks = 10;
/** Without anybody pressing anything, and without another capture. */
const soon = { timeout: 60_000, interval: 20 };
/** "Discard": nobody listens there. */
const nowhere = 9;

let server: TestServer;
let silent: Server;
beforeEach(async () => {
  server = await startTestServer();
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  // Reads, so that it hears when a kiosk gives up.
  silent = createServer((socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await new Promise((resolve) => silent.close(resolve));
  await server.close();
});

const portOf = (of: Server): number => (of.address() as AddressInfo).port;

interface Shop {
  kiosk: KioskApplication;
  line: TcpBalancer;
  status(): SyncStatus | undefined;
}

async function openShop(): Promise<Shop> {
  const line = await TcpBalancer.to(portOf(server.app.server));
  let status: SyncStatus | undefined;
  const kiosk = openApplication(temporaryFolder(), silentLog, (changed) => {
    status = changed;
  });
  const serverUrl = `http://127.0.0.1:${line.port}`;
  await kiosk.enrol({ serverUrl, code: await server.createCode('leeds-01'), pin: managerPin });
  return { kiosk, line, status: () => status };
}

/** Its line fails again and again: refused in one round, and in the next one swallowed without a word. @returns how many were captured. */
async function partitions({ kiosk, line, status }: Shop, index: number, rounds: number): Promise<number> {
  let captured = 0;
  for (let round = 0; round < rounds; round++) {
    line.pointTo(round % 2 === 0 ? nowhere : portOf(silent));
    const state = kiosk.state();
    if (state.state !== 'ready') throw new Error(`the kiosk is ${state.state}`);
    for (let more = 1 + (round % 3); more > 0; more--) {
      const number = britishMobile(index * 1_000 + captured++);
      await kiosk.handlers()['capture:save'](draftFor(state.configuration, number));
    }
    if (round % 2 === 0) await expect.poll(status, soon).toMatchObject({ online: false, running: false });
    line.pointTo(portOf(server.app.server));
    await expect.poll(status, soon).toMatchObject({ unsent: 0, delivered: captured });
  }
  await kiosk.close();
  await line.close();
  return captured;
}

test('fault 30: three hundred partitions healed: each queue is empty within a minute, by itself', async () => {
  const shops: Shop[] = [];
  while (shops.length < kiosks) shops.push(await openShop());
  const each = shops.map((shop, index) => partitions(shop, index, times(300) / kiosks));
  const captured = (await Promise.all(each)).reduce((sum, records) => sum + records, 0);
  const { rows } = await server.database.query('select count(*)::int as n from records');
  expect(rows).toEqual([{ n: captured }]);
  expect(await server.alarms()).toEqual([]);
}, 1_800_000);
