// What continuous integration runs: the checks, every test, the geometry of every screen, the server's tests again on the
// system's own PostgreSQL, and the first commands of a stranger on machines that have nothing.
import { runChecks } from '../checks/checks.ts';
import { tryFreshMachines } from '../fresh/apart.ts';
import { galleryScreens } from '../gallery/screens.ts';
import { complaints, walkGallery } from '../gallery/walk.ts';
import { runTests, type TestRun } from '../testing/run.ts';
import { startProblem } from '../testing/start-problems.ts';
import { withThrowawayPostgres } from '../testing/system-postgres.ts';
import { closing, isGood, nothing, sum, type Totals } from '../testing/test-summary.ts';

const notStarted: string[] = [];
const failures: string[] = [];

/** A part that cannot even be started is one failure, and the others are run all the same. */
async function part<T>(what: string, run: () => Promise<T>): Promise<T | undefined> {
  console.log(`\n${what}`);
  try {
    return await run();
  } catch (error) {
    notStarted.push(startProblem(what, error));
    return undefined;
  }
}

function counted(run: TestRun | undefined, where = ''): Totals {
  notStarted.push(...(run?.notStarted ?? []));
  failures.push(...(run?.failures ?? []).map((each) => where + each));
  return run?.totals ?? { ...nothing, failed: 1 };
}

/** Hash partitions, and one transaction in twenty rolled back (test/support). */
const distributed = { COUNTERSIGN_TEST_DISTRIBUTED: '1' };

const failed = await runChecks();
failures.push(...failed.map((check) => `check: ${check}`));
const tests = counted(await part('All tests', () => runTests({ filters: [] })));
const pictures = 'Every screen in every language, size and mode';
const walked = await part(pictures, async () => complaints(await walkGallery(galleryScreens, [])));
for (const fault of walked ?? []) console.log(`  ${fault}`);
failures.push(...(walked ?? []).map((fault) => `screen: ${fault}`));
if (walked?.length !== 0) failed.push('geometry of the screens');
const onSystemDatabase = counted(
  await part("The server's tests again, on the system's PostgreSQL with tables that are spread", () =>
    withThrowawayPostgres((url) =>
      runTests({ only: 'server', filters: [], env: { ...distributed, DATABASE_URL: url } }),
    ),
  ),
  "on the system's PostgreSQL: ",
);
const fresh = await part('The first commands on fresh machines', tryFreshMachines);
if (fresh === undefined || fresh === 'failed') failed.push('fresh machines');
if (fresh === 'failed') failures.push('the first commands on fresh machines');

if (failed.length > 0) console.log(`Counted as failed as well: ${failed.join(', ')}`);
const others = { passed: Number(fresh === 'worked'), failed: failed.length, skipped: Number(fresh === 'not tried') };
const totals = [tests, onSystemDatabase, others].reduce(sum, nothing);
console.log(closing(totals, notStarted, failures));
process.exitCode = isGood(tests) && isGood(onSystemDatabase) && isGood(totals) ? 0 : 1;
