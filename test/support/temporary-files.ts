import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commonTemporaryFolder } from '../../tools/testing/common-folder.ts';
import { startForAll } from '../../tools/testing/start-problems.ts';

/**
 * Gives a whole run of tests, and every process it starts, one temporary folder, which ends with it: databases and keys of
 * hundreds of kiosks would otherwise stay on a developer's machine. For Vitest and Playwright alike.
 */
export default async function temporaryFiles(): Promise<void> {
  const folder = await startForAll('The tests’ temporary folder', () =>
    mkdtempSync(join(commonTemporaryFolder(), 'countersign-run-')),
  );
  // Kiosks that run as another user have to get through to their own folder.
  chmodSync(folder, 0o711);
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
}
