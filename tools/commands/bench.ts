// npm run bench [-- NAME ...]: measures the product, prints one table with its goals, writes bench-results.json.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchmarks } from '../../test/bench/all.ts';
import { type Figure, resultOf } from '../../test/bench/harness/benchmark.ts';
import { familyOf } from '../../test/bench/harness/process-family.ts';
import { table } from '../../test/bench/harness/table.ts';
import { buildKiosk } from '../build.ts';
import { root } from '../setup/paths.mjs';

const { values, positionals } = parseArgs({
  options: { scale: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const chosen = benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const unknown = positionals.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}. There are: ${benchmarks.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}
// Servers and their databases are processes of their own and would stay.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const pid of familyOf(process.pid).slice(1).reverse()) interrupt(pid);
    process.exit(130);
  });
}
if (chosen.some(({ needsElectron }) => needsElectron)) await buildKiosk();

function interrupt(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It has ended with one of the others.
  }
}

const load = (): string =>
  loadavg()
    .map((average) => average.toFixed(1))
    .join(' ');
const figures: Figure[] = [];
console.log(`Node ${process.version}, ${cpus().length} cores, load ${load()}\n`);
for (const { name, run } of chosen) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  try {
    figures.push(...(await run({ scale: Number(values.scale), folder, note: (line) => console.log(`  ${line}`) })));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`  ${name} done, load ${load()}`);
}
console.log(`\n${table(figures)}\n`);
writeFileSync(join(root, 'bench-results.json'), `${JSON.stringify(figures.map(resultOf), null, 2)}\n`);
