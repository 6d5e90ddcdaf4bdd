import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../tools/setup/paths.mjs';

type Lock = { packages: Record<string, { optionalDependencies?: Record<string, string> }> };

// A registry that mirrors only some platforms' packages makes npm leave the others out of the lock file, and `npm ci` then
// refuses to install anything, anywhere.
it('names every package that another platform needs', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  const locked = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
  const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies));
  expect(wanted.length).toBeGreaterThan(50);
  expect(wanted.filter((name) => !locked.has(name))).toEqual([]);
});
