export type Totals = { passed: number; failed: number; skipped: number };

export const nothing: Totals = { passed: 0, failed: 0, skipped: 0 };

export function sum(a: Totals, b: Totals): Totals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The one plain line a test run ends with. */
export function line({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** So many are read by a person; a gallery that is wrong everywhere has thousands. */
const mostNamed = 100;

/** How a run ends on the screen: what failed, and what kept tests from being run, stands where people look first. */
export function closing(totals: Totals, notStarted: readonly string[], failures: readonly string[]): string {
  const reasons = notStarted.map((problem) => `Not everything was run. ${problem}\n`);
  const named = failures.slice(0, mostNamed).map((each) => `FAILED  ${each}`);
  const more = failures.length > mostNamed ? [`and ${failures.length - mostNamed} more, further up`] : [];
  const gap = failures.length > 0 ? [''] : [];
  return ['', ...named, ...more, ...gap, ...reasons, line(totals)].join('\n');
}

/** Whether a run is good news: something ran and nothing failed. */
export function isGood({ passed, failed }: Totals): boolean {
  return passed > 0 && failed === 0;
}
