// What continuous integration runs: the checks, every test, and the server's tests again on the system's own PostgreSQL.
import { runChecks } from '../checks/checks.ts';
import { runTests } from '../testing/run.ts';
import { withThrowawayPostgres } from '../testing/throwaway-postgres.ts';
import { isGood, line, nothing, sum } from '../testing/totals.ts';

const failedChecks = await runChecks();
const tests = await runTests({ filters: [] });
console.log("\nThe server's tests again, on the system's PostgreSQL");
const onSystemDatabase = await withThrowawayPostgres((url) =>
  runTests({ only: 'server', filters: [], env: { DATABASE_URL: url } }),
);
if (failedChecks.length > 0) console.log(`Counted as failed as well: ${failedChecks.join(', ')}`);
const totals = sum(sum(tests, onSystemDatabase), { ...nothing, failed: failedChecks.length });
console.log(line(totals));
process.exitCode = isGood(tests) && isGood(onSystemDatabase) && isGood(totals) ? 0 : 1;
