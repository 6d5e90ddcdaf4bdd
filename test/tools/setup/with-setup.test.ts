import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../../tools/setup/paths.mjs';

it.each(['', 'no-such-command', '../setup/paths', 'Setup'])(
  'refuses the command "%s" without a stack trace',
  (command) => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'tools/with-setup.mjs'), command], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain(`There is no command "${command}"`);
    expect(stderr).not.toContain('    at ');
  },
);
