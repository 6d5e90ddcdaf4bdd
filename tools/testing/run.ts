import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildKiosk } from '../build.ts';
import { type Program, show } from '../programs.ts';
import { root } from '../setup/paths.mjs';
import { readReport } from './reports.ts';
import { problemsVariable, readProblem, startProblem } from './start-problems.ts';
import { nothing, sum, type Totals } from './test-summary.ts';

/** unit: everything that runs without a window, the server included. server: that part of it. e2e: the real kiosk. */
export const GROUPS = ['unit', 'server', 'e2e'] as const;
export type Group = (typeof GROUPS)[number];

/** `filters`: parts of test files' paths. `names`: a regular expression that tests' names must match. */
export type Selection = {
  only?: Group | undefined;
  filters: readonly string[];
  names?: string;
  env?: NodeJS.ProcessEnv;
};

type Runner = 'vitest' | 'playwright';

function chosen(pattern: string, filters: readonly string[]): string[] {
  const files = globSync(pattern, { cwd: root }).sort();
  return filters.length === 0 ? files : files.filter((file) => filters.some((filter) => file.includes(filter)));
}

/** The test files of each runner. */
function select({ only, filters }: Selection): Record<Runner, string[]> {
  const unit = only === 'e2e' ? [] : chosen(`test/${only === 'server' ? 'server/' : ''}**/*.test.{ts,tsx}`, filters);
  return {
    vitest: unit.filter((file) => !file.startsWith('test/e2e/')),
    playwright: only && only !== 'e2e' ? [] : chosen('test/e2e/**/*.spec.ts', filters),
  };
}

/** Of every runner. */
export function testFiles(): string[] {
  return Object.values(select({ filters: [] })).flat();
}

function program(
  runner: Runner,
  files: readonly string[],
  names: string | undefined,
  report: string,
  env: NodeJS.ProcessEnv,
): Program {
  if (runner === 'vitest') {
    const named = names === undefined ? [] : [`--testNamePattern=${names}`];
    const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...named, ...files];
    return { package: 'vitest', command: 'vitest', args, env };
  }
  const named = names === undefined ? [] : [`--grep=${names}`];
  const args = ['test', '--reporter=list,json', ...named, ...files];
  return {
    package: '@playwright/test',
    command: 'playwright',
    args,
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  };
}

/** What a run came to; `notStarted` says what kept tests from being run, `failures` names what failed. */
export type TestRun = { totals: Totals; notStarted: readonly string[]; failures: readonly string[] };

/** Runs the selected tests in front of the person and counts them. What cannot be started ends the run. */
export async function runTests(selection: Selection): Promise<TestRun> {
  const reports = mkdtempSync(join(tmpdir(), 'countersign-reports-'));
  const files = select(selection);
  const problems = join(reports, 'problems');
  let totals = nothing;
  let notStarted: readonly string[] = [];
  const failures: string[] = [];
  try {
    for (const runner of ['vitest', 'playwright'] as const) {
      if (files[runner].length === 0) continue;
      if (runner === 'playwright') await buildKiosk();
      const report = join(reports, `${runner}.json`);
      const env = { ...selection.env, [problemsVariable]: problems };
      const code = await show(program(runner, files[runner], selection.names, report, env));
      if (code !== 0) console.log(`${runner} ended with ${code}`);
      const read = readReport(runner, report, code);
      totals = sum(totals, read.totals);
      notStarted = readProblem(problems);
      if (notStarted.length > 0) break;
      failures.push(...read.failures);
    }
  } catch (error) {
    notStarted = [startProblem('The end-to-end tests', error)];
    console.error(notStarted[0]);
    totals = sum(totals, { ...nothing, failed: 1 });
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
  return { totals, notStarted, failures };
}
