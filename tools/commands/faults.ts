// npm run faults [-- NUMBER ...]: every test of a fault case (`fault 32: …`), or those of these numbers, at its full figure.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { runTests, testFiles } from '../testing/run.ts';
import { closing, isGood } from '../testing/test-summary.ts';

const numbers = process.argv.slice(2);
const wrong = numbers.filter((number) => !/^\d+$/.test(number));
if (wrong.length > 0) {
  console.error(`A fault case is a number, and not ${wrong.join(', ')}: npm run faults -- 32`);
  process.exit(1);
}
const names = `fault (${numbers.length > 0 ? numbers.join('|') : '\\d+'}):`;
const filters = testFiles().filter((file) => new RegExp(names).test(readFileSync(join(root, file), 'utf8')));
if (filters.length === 0) {
  console.error(`There is no test of fault ${numbers.join(' or ')}.`);
  process.exit(1);
}
const { totals, notStarted, failures } = await runTests({ filters, names, env: { COUNTERSIGN_FAULTS: 'full' } });
console.log(closing(totals, notStarted, failures));
process.exitCode = isGood(totals) ? 0 : 1;
