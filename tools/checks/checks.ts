import { collect } from '../programs.ts';
import { root } from '../setup/paths.mjs';
import { checkBoundaries } from './boundaries.ts';
import { checkConfigurationReference } from './configuration-reference.ts';
import { checkTexts } from './messages.ts';
import { checkSchema } from './schema.ts';

/** A check says what is wrong; an empty text means nothing is. */
type Check = { name: string; run: () => Promise<string> };

function program(packageName: string, command: string, ...args: string[]): () => Promise<string> {
  return async () => {
    const { code, output } = await collect({ package: packageName, command, args });
    return code === 0 ? '' : output.trim() || `${command} ended with ${code}`;
  };
}

const CHECKS: Check[] = [
  { name: 'types', run: program('typescript', 'tsc', '--project', '.') },
  { name: 'types of shared/ without browser or Node', run: program('typescript', 'tsc', '--project', 'shared') },
  {
    name: 'lint and format',
    run: program('@biomejs/biome', 'biome', 'check', '--error-on-warnings', '--max-diagnostics=50'),
  },
  { name: 'unused code', run: program('knip', 'knip') },
  { name: 'texts in every language', run: async () => checkTexts(root).join('\n') },
  {
    name: 'reference of the configuration',
    run: async () => checkConfigurationReference(root).join('\n'),
  },
  { name: 'schema of the database', run: async () => (await checkSchema()).join('\n') },
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

/** Runs every check and says how it went. Returns the names of those that failed. */
export async function runChecks(): Promise<string[]> {
  const results = await Promise.all(CHECKS.map(perform));
  const failed = CHECKS.filter((_, index) => !results[index]).map(({ name }) => name);
  const passed = CHECKS.length - failed.length;
  console.log(
    failed.length === 0 ? `All ${passed} checks passed` : `${passed} checks passed, failed: ${failed.join(', ')}`,
  );
  return failed;
}
