import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

export type Totals = { passed: number; failed: number; skipped: number };

export const nothing: Totals = { passed: 0, failed: 0, skipped: 0 };

export function sum(a: Totals, b: Totals): Totals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The one plain line a test run ends with. */
export function line({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** How a run ends on the screen: what kept tests from being run stands where people look first. */
export function closing(totals: Totals, notStarted: readonly string[]): string {
  const reasons = notStarted.map((problem) => `Not everything was run. ${problem}\n`);
  return ['', ...reasons, line(totals)].join('\n');
}

/** Whether a run is good news: something ran and nothing failed. */
export function isGood({ passed, failed }: Totals): boolean {
  return passed > 0 && failed === 0;
}

const count = z.int().nonnegative();

const vitestReport = z
  .object({ numPassedTests: count, numFailedTests: count, numPendingTests: count, numTodoTests: count })
  .transform((report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }));

const playwrightReport = z
  .object({ stats: z.object({ expected: count, unexpected: count, flaky: count, skipped: count }) })
  .transform(({ stats }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  }));

const REPORTS = { vitest: vitestReport, playwright: playwrightReport };

/**
 * What a runner's report says, put beside how the runner ended. A runner that failed without a failed test, or that left no
 * report, counts as one failure, so that a crash never looks like a success.
 */
export function readTotals(runner: keyof typeof REPORTS, reportFile: string, exitCode: number): Totals {
  const report = existsSync(reportFile)
    ? REPORTS[runner].safeParse(JSON.parse(readFileSync(reportFile, 'utf8')))
    : undefined;
  const totals = report?.success ? report.data : undefined;
  if (!totals) return { ...nothing, failed: 1 };
  return exitCode !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}
