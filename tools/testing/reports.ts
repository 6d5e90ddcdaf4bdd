import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { root } from '../setup/paths.mjs';
import { nothing, type Totals } from './test-summary.ts';

/** What a runner counted, and what failed: each with its file, its title and the first line of its error. */
type Report = { totals: Totals; failures: string[] };

const count = z.int().nonnegative();

const vitestFile = z
  .object({
    name: z.string(),
    status: z.string(),
    message: z.string().nullish(),
    assertionResults: z.array(
      z.object({
        ancestorTitles: z.array(z.string()),
        title: z.string(),
        status: z.string(),
        failureMessages: z.array(z.string()).nullish(),
      }),
    ),
  })
  .transform(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((each) => each.status === 'failed');
    // It could not be loaded, or a hook of it broke.
    if (failed.length === 0 && status === 'failed') return [failure(file, ['outside its tests'], message)];
    return failed.map((each) => failure(file, [...each.ancestorTitles, each.title], each.failureMessages?.[0]));
  });

const vitestReport = z
  .object({
    numPassedTests: count,
    numFailedTests: count,
    numPendingTests: count,
    numTodoTests: count,
    testResults: z.array(vitestFile),
  })
  .transform(
    (report): Report => ({
      totals: {
        passed: report.numPassedTests,
        failed: report.numFailedTests,
        skipped: report.numPendingTests + report.numTodoTests,
      },
      failures: report.testResults.flat(),
    }),
  );

const playwrightError = z.object({ message: z.string().optional() });

const playwrightSpec = z.object({
  title: z.string(),
  file: z.string(),
  line: count,
  tests: z.array(z.object({ status: z.string(), results: z.array(z.object({ errors: z.array(playwrightError) })) })),
});

const playwrightSuite = z.object({
  title: z.string(),
  specs: z.array(playwrightSpec),
  get suites() {
    return z.array(playwrightSuite).optional();
  },
});

const playwrightReport = z
  .object({
    config: z.object({ rootDir: z.string() }),
    suites: z.array(playwrightSuite),
    errors: z.array(playwrightError),
    stats: z.object({ expected: count, unexpected: count, flaky: count, skipped: count }),
  })
  .transform(
    ({ config, suites, errors, stats }): Report => ({
      totals: { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped },
      failures: [
        // A file's own suite is named after the file.
        ...suites.flatMap((suite) => failuresIn(config.rootDir, suite, [])),
        ...errors.map(({ message }) => failure('playwright', ['outside the tests'], message)),
      ],
    }),
  );

function failuresIn(folder: string, suite: z.infer<typeof playwrightSuite>, above: readonly string[]): string[] {
  const own = suite.specs.flatMap(({ title, file, line, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ results }) => {
        const [error] = results.flatMap(({ errors }) => errors);
        return failure(`${relative(root, join(folder, file))}:${line}`, [...above, title], error?.message);
      }),
  );
  const below = (suite.suites ?? []).flatMap((each) => failuresIn(folder, each, [...above, each.title]));
  return [...own, ...below];
}

function failure(file: string, titles: readonly string[], message: string | null | undefined): string {
  const [firstLine] = stripVTControlCharacters(message ?? '')
    .trim()
    .split('\n', 1);
  return [`${file} › ${titles.join(' › ')}`, ...(firstLine ? [`    ${firstLine}`] : [])].join('\n');
}

const REPORTS = { vitest: vitestReport, playwright: playwrightReport };

/**
 * What a runner's report says, put beside how the runner ended. A runner that failed without a failed test, or that left no
 * report, counts as one failure, so that a crash never looks like a success.
 */
export function readReport(runner: keyof typeof REPORTS, reportFile: string, exitCode: number): Report {
  const read = existsSync(reportFile)
    ? REPORTS[runner].safeParse(JSON.parse(readFileSync(reportFile, 'utf8')))
    : undefined;
  if (!read?.success)
    return { totals: { ...nothing, failed: 1 }, failures: [`${runner} left no report that can be read`] };
  const { totals, failures } = read.data;
  if (exitCode === 0 || totals.failed > 0) return { totals, failures };
  const ended = failure(runner, [`ended with ${exitCode}, though no test failed`], undefined);
  return { totals: { ...totals, failed: 1 }, failures: failures.length > 0 ? failures : [ended] };
}
