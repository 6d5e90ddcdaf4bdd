import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildKiosk } from '../../tools/build.ts';
import { root } from '../../tools/setup/paths.mjs';
import type { Benchmark } from './harness/benchmark.ts';
import { summarise } from './harness/statistics.ts';

const renderer = join(root, 'out', 'renderer');

/** The scripts and styles that the page names, and whatever those import before they run. */
function filesOfFirstPaint(): Set<string> {
  const page = readFileSync(join(renderer, 'index.html'), 'utf8');
  const named = [...page.matchAll(/(?:src|href)="(?:\.\/|\/)?(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file);
  const files = new Set(named.filter((file) => file !== undefined));
  for (const file of files) {
    const text = readFileSync(join(renderer, file), 'utf8');
    for (const [, name] of text.matchAll(/(?:^|[;}])import\s*(?:[\w{}$,*\s]+from\s*)?["']\.\/([^"']+\.js)["']/g)) {
      files.add(`assets/${name}`);
    }
  }
  return files;
}

const isPhoneMetadata = (file: string): boolean => /\/phone/.test(file);

/** What has to be read and compiled before anything is on the screen. */
export const firstPaint: Benchmark = {
  name: 'first-paint',
  needsElectron: false,
  async run({ note }) {
    await buildKiosk();
    const files = [...filesOfFirstPaint()].filter((file) => !isPhoneMetadata(file));
    const sizes = files.map((file) => gzipSync(readFileSync(join(renderer, file))).length / 1000);
    const value = sizes.reduce((sum, size) => sum + size, 0);
    note(`first-paint: ${files.map((file, index) => `${file} ${sizes[index]?.toFixed(1)} kB`).join(', ')}`);
    return [
      {
        name: 'JavaScript and CSS before the first paint, gzip, phone metadata apart',
        value,
        unit: 'kB',
        spread: summarise([value]),
        against: '-',
        goal: { under: 200 },
      },
    ];
  },
};
