import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../../../server/platform/embedded-postgres/embedded.ts';
import { startForAll } from '../../../tools/testing/start-problems.ts';
import { workerDisplay } from './worker-display.ts';

/** Starts once what nearly every test starts for itself, so that a machine that cannot is told of once and not forty times. */
export default async function trial(): Promise<void> {
  await startForAll('A virtual screen', workerDisplay);
  await startForAll('PostgreSQL for the tests', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-trial-'));
    const database = await startEmbedded(folder, ['-c', 'fsync=off']);
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  });
}
