import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../../tools/setup/paths.mjs';
import { problemsVariable } from '../../tools/testing/start-problems.ts';
import { closing } from '../../tools/testing/test-summary.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-problems-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs it as if from a terminal: nothing of the run that this test belongs to reaches it. */
function terminal(program: string, args: string[], environment: NodeJS.ProcessEnv = {}) {
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV$|DATABASE_URL$)/.test(name));
  const env = { ...Object.fromEntries(own), ...environment };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, env, encoding: 'utf8' });
  return { status, stdout, stderr, all: stdout + stderr };
}

const oneTest = [join(root, 'tools/commands/test.ts'), '--only=unit', 'shared/jurisdictions'];

test('found 4: a database that cannot start is told of first and last, and no test is said to be missing', () => {
  // As on a disk with no room for PostgreSQL's first file of 16 MB.
  const { status, stdout, stderr, all } = terminal('prlimit', ['--fsize=8388608', process.execPath, ...oneTest]);
  expect(status).toBe(1);
  expect(stderr.trim()).toMatch(/^No test was run\. PostgreSQL for the tests could not be started/);
  expect(stderr).toMatch(/program: initdb\n {2}said: .*File too large/);
  const end = stdout.trim().split('\n').slice(-6).join('\n');
  expect(end).toMatch(/PostgreSQL for the tests could not be started[\s\S]*File too large/);
  expect(end).toMatch(/^0 passed, 1 failed$/m);
  expect(all).not.toContain('No test files found');
}, 60_000);

test('found 4: so is a database of one’s own that does not answer', () => {
  const { status, stdout, stderr } = terminal(process.execPath, oneTest, {
    DATABASE_URL: 'postgres://127.0.0.1:1/none',
  });
  expect(status).toBe(1);
  for (const output of [stderr, stdout.trim().split('\n').slice(-4).join('\n')]) {
    expect(output).toContain('PostgreSQL at DATABASE_URL could not be started: connect ECONNREFUSED');
  }
}, 60_000);

test.runIf(process.platform === 'linux')(
  'found 4: end to end, what no test could do without is tried before all of them',
  () => {
    const playwright = join(root, 'node_modules/@playwright/test/cli.js');
    const problems = join(folder, 'problems');
    const environment = { PATH: '/nowhere', [problemsVariable]: problems };
    const { status, all } = terminal(process.execPath, [playwright, 'test', 'runtime.spec'], environment);
    expect(status).toBe(1);
    expect(all).toMatch(/No test was run\. A virtual screen could not be started: .*Xvfb/);
    expect(all).not.toMatch(/\d failed|did not run/);
    expect(readFileSync(problems, 'utf8')).toContain('A virtual screen could not be started');
  },
  60_000,
);

test('the closing lines are the totals, and before them what could not be started', () => {
  const totals = { passed: 2, failed: 1, skipped: 0 };
  expect(closing(totals, [], [])).toBe('\n2 passed, 1 failed');
  expect(closing(totals, ['The screen could not be started: no.'], [])).toBe(
    '\nNot everything was run. The screen could not be started: no.\n\n2 passed, 1 failed',
  );
});
