import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives a whole run of tests, and every process it starts, one temporary folder, which ends with it: databases and keys of
 * hundreds of kiosks would otherwise stay on a developer's machine. For Vitest and Playwright alike.
 */
export default function temporaryFiles(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-run-'));
  // Kiosks that run as another user have to get through to their own folder.
  chmodSync(folder, 0o711);
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
