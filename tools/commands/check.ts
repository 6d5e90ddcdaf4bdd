// Everything that can be said about the code without running it. `npm run check` is what a developer and CI both run.
import { checkBoundaries } from '../checks/boundaries.ts';
import { runProgram } from '../checks/programs.ts';
import { root } from '../setup/paths.mjs';

/** A check says what is wrong; an empty text means nothing is. */
type Check = { name: string; run: () => Promise<string> };

function program(name: string, ...args: string[]): () => Promise<string> {
  return async () => {
    const { code, output } = await runProgram(name, args);
    return code === 0 ? '' : output.trim() || `${name} ended with ${code}`;
  };
}

const CHECKS: Check[] = [
  { name: 'types', run: program('tsc', '--project', '.') },
  { name: 'types of shared/ without browser or Node', run: program('tsc', '--project', 'shared') },
  { name: 'lint and format', run: program('biome', 'check', '--error-on-warnings', '--max-diagnostics=50') },
  { name: 'unused code', run: program('knip') },
  { name: 'boundaries between folders', run: async () => (await checkBoundaries(root)).join('\n') },
];

async function perform({ name, run }: Check): Promise<boolean> {
  const started = performance.now();
  const complaint = await run().catch((error: unknown) => String(error));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (complaint) console.log(`\n${complaint}\n`);
  console.log(`${complaint ? 'FAILED' : 'ok    '}  ${name} (${seconds} s)`);
  return complaint === '';
}

const results = await Promise.all(CHECKS.map(perform));
const failed = CHECKS.filter((_, index) => !results[index]).map(({ name }) => name);
if (failed.length === 0) console.log(`All ${CHECKS.length} checks passed`);
else console.log(`${CHECKS.length - failed.length} checks passed, ${failed.length} failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
