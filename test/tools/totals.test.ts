import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isGood, line, readTotals, sum } from '../../tools/testing/totals.ts';

const folder = mkdtempSync(join(tmpdir(), 'totals-'));
afterAll(() => rmSync(folder, { recursive: true }));

function report(content: unknown): string {
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const vitest = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1 };

it('reads what vitest and Playwright counted', () => {
  expect(readTotals('vitest', report(vitest), 0)).toEqual({ passed: 5, failed: 0, skipped: 2 });
  const stats = { expected: 4, unexpected: 2, flaky: 1, skipped: 0 };
  expect(readTotals('playwright', report({ stats }), 1)).toEqual({ passed: 4, failed: 3, skipped: 0 });
});

it('counts a runner that crashed, or that left no or an unknown report, as a failure', () => {
  expect(readTotals('vitest', report(vitest), 1).failed).toBe(1);
  expect(readTotals('vitest', join(folder, 'missing.json'), 0).failed).toBe(1);
  expect(readTotals('playwright', report({ something: 'else' }), 0).failed).toBe(1);
});

it('ends with one plain line', () => {
  expect(line({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
  expect(line({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
});

it('is good news only when something passed and nothing failed', () => {
  const some = { passed: 1, failed: 0, skipped: 0 };
  expect(isGood(some)).toBe(true);
  expect(isGood({ passed: 0, failed: 0, skipped: 3 })).toBe(false);
  expect(isGood(sum(some, { passed: 0, failed: 1, skipped: 0 }))).toBe(false);
});
