import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { benchmarks } from '../bench/all.ts';

/** No goal is asserted: how fast a machine is at this moment is no property of the code. */
for (const benchmark of benchmarks.filter(({ needsElectron }) => needsElectron)) {
  test(`the benchmark ${benchmark.name} still runs`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
    try {
      const figures = await benchmark.run({ scale: 0.01, folder, note: () => undefined });
      expect(figures.length).toBeGreaterThan(0);
      for (const { value } of figures) expect(Number.isFinite(value)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
