import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';

/** Somebody whom nothing belongs to. */
const nobody = { uid: 65534, gid: 65534 };

/**
 * The folder for temporary files, of a kind that other users can pass: root's own may be for root alone, and tests of
 * root's start PostgreSQL and kiosks as somebody else.
 */
export function commonTemporaryFolder(): string {
  const folder = tmpdir();
  if (process.getuid?.() !== 0) return folder;
  const passable = spawnSync('test', ['-x', folder], { ...nobody, cwd: '/' }).status === 0;
  return passable ? folder : '/tmp';
}
