import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { collect } from '../../tools/programs.ts';
import { root } from '../../tools/setup/paths.mjs';
import { readReport } from '../../tools/testing/reports.ts';
import { closing, isGood, line, sum } from '../../tools/testing/test-summary.ts';

const folder = mkdtempSync(join(tmpdir(), 'totals-'));
afterAll(() => rmSync(folder, { recursive: true }));

function report(content: unknown): string {
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const vitest = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [] };
const playwright = { config: { rootDir: join(root, 'test', 'e2e') }, suites: [], errors: [] };

it('reads what vitest and Playwright counted', () => {
  expect(readReport('vitest', report(vitest), 0)).toEqual({
    totals: { passed: 5, failed: 0, skipped: 2 },
    failures: [],
  });
  const stats = { expected: 4, unexpected: 2, flaky: 1, skipped: 0 };
  expect(readReport('playwright', report({ ...playwright, stats }), 1).totals).toEqual({
    passed: 4,
    failed: 3,
    skipped: 0,
  });
});

it('counts a runner that crashed, or that left no or an unknown report, as a failure, and names it', () => {
  for (const { totals, failures } of [
    readReport('vitest', report(vitest), 1),
    readReport('vitest', join(folder, 'missing.json'), 0),
    readReport('playwright', report({ something: 'else' }), 0),
  ]) {
    expect(totals.failed).toBe(1);
    expect(failures).toEqual([expect.stringMatching(/^(vitest|playwright) /)]);
  }
});

/** Runs a runner on files that are no tests of this project. Colours as in a terminal. */
async function reportOf(packageName: string, command: string, args: string[], env: NodeJS.ProcessEnv) {
  const { code } = await collect({ package: packageName, command, args, env: { FORCE_COLOR: '1', ...env } });
  return code;
}

it('names every failure of vitest: a test, a hook, and a file that cannot be loaded', async () => {
  const tests = join(folder, 'vitest');
  mkdirSync(tests);
  writeFileSync(
    join(tests, 'one.test.ts'),
    `describe('outer', () => { it('fails', () => { throw new Error('first\\nsecond'); }); it('passes', () => {}); });`,
  );
  writeFileSync(join(tests, 'hook.test.ts'), `beforeAll(() => { throw new Error('no'); }); it('never', () => {});`);
  writeFileSync(join(tests, 'broken.test.ts'), `throw new Error('cannot load');`);
  writeFileSync(join(tests, 'vitest.config.mjs'), 'export default {};');
  const file = join(folder, 'vitest.json');
  const code = await reportOf(
    'vitest',
    'vitest',
    ['run', '--root', tests, '--globals', '--reporter=json', `--outputFile.json=${file}`],
    {},
  );
  const { totals, failures } = readReport('vitest', file, code);
  expect(totals).toMatchObject({ passed: 1, failed: 1 });
  expect(failures.toSorted()).toEqual([
    expect.stringMatching(/broken\.test\.ts › outside its tests\n {4}cannot load$/),
    expect.stringMatching(/hook\.test\.ts › outside its tests\n {4}no$/),
    expect.stringMatching(/one\.test\.ts › outer › fails\n {4}Error: first$/),
  ]);
}, 60_000);

it('names every failure of Playwright, in groups and outside them, without its colours', async () => {
  const tests = join(folder, 'playwright');
  mkdirSync(tests);
  const start = `import { expect, test } from ${JSON.stringify(join(root, 'node_modules/@playwright/test/index.mjs'))};`;
  writeFileSync(
    join(tests, 'one.spec.mjs'),
    `${start}\ntest('alone', () => expect(1).toBe(2));\ntest.describe('outer', () => {\n  test('in it', () => { throw new Error('first\\nsecond'); });\n  test('passes', () => {});\n});`,
  );
  writeFileSync(join(tests, 'playwright.config.mjs'), 'export default {};');
  const file = join(folder, 'playwright.json');
  const code = await reportOf(
    '@playwright/test',
    'playwright',
    ['test', `--config=${tests}`, '--reporter=json', `--output=${join(folder, 'results')}`],
    { PLAYWRIGHT_JSON_OUTPUT_FILE: file },
  );
  const { totals, failures } = readReport('playwright', file, code);
  expect(totals).toEqual({ passed: 1, failed: 2, skipped: 0 });
  expect(failures).toEqual([
    expect.stringMatching(/one\.spec\.mjs:2 › alone\n {4}Error: expect\(received\)\.toBe\(expected\)/),
    expect.stringMatching(/one\.spec\.mjs:4 › outer › in it\n {4}Error: first$/),
  ]);
}, 60_000);

it('closes with the names of what failed, and the count last', () => {
  const totals = { passed: 2, failed: 1, skipped: 0 };
  expect(closing(totals, [], ['a.test.ts › one\n    Error: no'])).toBe(
    '\nFAILED  a.test.ts › one\n    Error: no\n\n2 passed, 1 failed',
  );
  const many = closing(
    totals,
    [],
    Array.from({ length: 130 }, (_, index) => `${index}`),
  ).split('\n');
  expect(many.filter((each) => each.startsWith('FAILED'))).toHaveLength(100);
  expect(many.slice(-3)).toEqual(['and 30 more, further up', '', '2 passed, 1 failed']);
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
