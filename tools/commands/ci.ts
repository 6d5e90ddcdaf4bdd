// What continuous integration runs: the checks, every test, the geometry of every screen, the server's tests again on the
// system's own PostgreSQL, and the first commands of a stranger on machines that have nothing.
import { runChecks } from '../checks/checks.ts';
import { checkFreshMachines } from '../fresh/check.ts';
import { galleryScreens } from '../gallery/screens.ts';
import { complaints, walkGallery } from '../gallery/walk.ts';
import { runTests } from '../testing/run.ts';
import { withThrowawayPostgres } from '../testing/throwaway-postgres.ts';
import { closing, isGood, nothing, sum } from '../testing/totals.ts';

const failed = await runChecks();
const tests = await runTests({ filters: [] });
console.log('\nEvery screen in every language, size and mode');
const faults = complaints(await walkGallery(galleryScreens, []));
for (const fault of faults) console.log(`  ${fault}`);
if (faults.length > 0) failed.push('geometry of the screens');
console.log("\nThe server's tests again, on the system's PostgreSQL");
const onSystemDatabase = await withThrowawayPostgres((url) =>
  runTests({ only: 'server', filters: [], env: { DATABASE_URL: url } }),
);
console.log('\nThe first commands on fresh machines');
const fresh = await checkFreshMachines();
if (fresh.failed > 0) failed.push('fresh machines');
if (failed.length > 0) console.log(`Counted as failed as well: ${failed.join(', ')}`);
const others = { passed: fresh.passed, failed: failed.length, skipped: fresh.skipped };
const totals = [tests.totals, onSystemDatabase.totals, others].reduce(sum, nothing);
console.log(closing(totals, [...tests.notStarted, ...onSystemDatabase.notStarted]));
process.exitCode = isGood(tests.totals) && isGood(onSystemDatabase.totals) && isGood(totals) ? 0 : 1;
