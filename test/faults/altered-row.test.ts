import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { audit } from '../bench/audit.ts';
import { times } from '../support/times.ts';

test('fault 43: of a million rows the verifier finds the one that was changed, and no other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-altered-'));
  // Even a tenth takes minutes; a hundredth runs through the same pages and branches.
  const scale = times(1_000_000) === 1_000_000 ? 1 : 0.01;
  const [found] = await audit.run({ scale, folder, note: (line) => console.log(line) });
  expect(found?.value).toBe(1);
  rmSync(folder, { recursive: true, force: true });
}, 1_800_000);
