// What continuous integration runs: the checks, every test, the geometry of every screen, and the server's tests again on the
// system's own PostgreSQL.
import { runChecks } from '../checks/checks.ts';
import { galleryScreens } from '../gallery/screens.ts';
import { complaints, walkGallery } from '../gallery/walk.ts';
import { runTests } from '../testing/run.ts';
import { withThrowawayPostgres } from '../testing/throwaway-postgres.ts';
import { isGood, line, nothing, sum } from '../testing/totals.ts';

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
if (failed.length > 0) console.log(`Counted as failed as well: ${failed.join(', ')}`);
const totals = sum(sum(tests, onSystemDatabase), { ...nothing, failed: failed.length });
console.log(line(totals));
process.exitCode = isGood(tests) && isGood(onSystemDatabase) && isGood(totals) ? 0 : 1;
