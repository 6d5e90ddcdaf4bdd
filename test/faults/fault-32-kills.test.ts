import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, test } from 'vitest';
import { freePort } from '../../server/platform/embedded-postgres/free-port.ts';
import { readPostmaster } from '../../server/platform/embedded-postgres/process.ts';
import { type LocalServer, startServer } from '../../tools/local/server-process.ts';
import { SeededRandom } from '../e2e/support/random.ts';
import { times } from '../support/times.ts';
import { Load } from './load.ts';
import { expectNothingLost } from './nothing-lost.ts';

const kiosks = 6;
/** A batch is under way about that long. */
const batchMilliseconds = 60;

let folder: string;
let port: number;
let server: LocalServer;
let load: Load;
const start = () => startServer(folder, port, { DATABASE_URL: '' });
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-kills-'));
  port = await freePort();
  server = await start();
  load = await Load.start(server, server.url, kiosks);
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Kills again and again under load, each time somewhere in the work on batches, and looks at the end whether all is there. */
async function killUnderLoad(kill: (round: number) => Promise<void>): Promise<void> {
  const random = new SeededRandom();
  for (let round = 0; round < times(100); round++) {
    await load.goesOn();
    if (round % 10 === 0) await load.stopOnPage(server.url);
    await delay(random.below(batchMilliseconds));
    await kill(round);
  }
  await load.goesOn();
  await load.end();
  console.log(`${times(100)} kills: ${load.totals}`);
  await expectNothingLost(server, load);
}

test('fault 32: kills of PostgreSQL under load, all of it or one of its processes, lose nothing acknowledged and park nothing', async () => {
  await killUnderLoad(async (round) => {
    const postmaster = readPostmaster(join(folder, 'postgres'));
    if (postmaster === null) throw new Error('PostgreSQL does not run');
    const session = sessionsOf(postmaster.pid)[round % kiosks];
    process.kill(round % 2 === 0 || session === undefined ? postmaster.pid : session, 'SIGKILL');
  });
}, 1_800_000);

test('fault 32: kills of the server under load lose nothing acknowledged and park nothing', async () => {
  await killUnderLoad(async () => {
    await server.stop('SIGKILL');
    server = await start();
  });
}, 1_800_000);

/** The processes in which PostgreSQL serves the connections of our server; it ends them all when one is killed. */
function sessionsOf(postmaster: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const parent = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1];
        return (
          Number(parent) === postmaster && /^postgres: countersign /.test(readFileSync(`/proc/${name}/cmdline`, 'utf8'))
        );
      } catch {
        // It has ended since.
        return false;
      }
    })
    .map(Number);
}
