import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { benchmarks } from './all.ts';
import { resultOf } from './harness/benchmark.ts';
import { table } from './harness/table.ts';

// Those that open windows are smoked in test/e2e/bench.spec.ts, where there is a screen. No goal is asserted: how fast a
// machine is at this moment is no property of the code.
for (const benchmark of benchmarks.filter(({ needsElectron }) => !needsElectron)) {
  it(`the benchmark ${benchmark.name} still runs`, { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
    const notes: string[] = [];
    try {
      const figures = await benchmark.run({ scale: 0.01, folder, note: (line) => notes.push(line) });
      expect(notes.length).toBeGreaterThan(0);
      expect(figures.length).toBeGreaterThan(0);
      for (const figure of figures) {
        expect(Number.isFinite(figure.value)).toBe(true);
        expect(Object.keys(resultOf(figure))).toEqual(['name', 'value', 'unit', 'against', 'goal', 'met']);
      }
      expect(table(figures)).toContain(figures[0]?.name);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
