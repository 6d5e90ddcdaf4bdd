// npm test [-- [--only=unit|server|e2e] [part of a test file's path] ...]
import { parseArgs } from 'node:util';
import { GROUPS, runTests } from '../testing/run.ts';
import { closing, isGood } from '../testing/test-summary.ts';

const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
const only = GROUPS.find((group) => group === values.only);
if (values.only !== undefined && !only) {
  console.error(`--only takes one of: ${GROUPS.join(', ')}`);
  process.exit(1);
}

const { totals, notStarted, failures } = await runTests({ only, filters: positionals });
if (totals.passed + totals.failed + totals.skipped === 0) console.log('No test ran: no test file matches.');
console.log(closing(totals, notStarted, failures));
process.exitCode = isGood(totals) ? 0 : 1;
