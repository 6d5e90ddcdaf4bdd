// The check of the boundaries, checked: a tool that reads no file reports no violation either.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkBoundaries, readBoundaries } from '../../tools/checks/boundaries.ts';

let root = '';

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

function installPackage(name: string): void {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
  write(`node_modules/${name}/index.js`, '');
}

async function rulesBroken(): Promise<string[]> {
  return (await readBoundaries(root)).violations.map(({ rule }) => rule);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'boundaries-'));
  const dependencies = { zod: '1.0.0', fastify: '1.0.0', '@hpke/core': '1.0.0' };
  const devDependencies = { electron: '1.0.0', react: '1.0.0' };
  write('package.json', JSON.stringify({ type: 'module', dependencies, devDependencies }));
  for (const name of ['zod', 'fastify', '@hpke/core', 'electron', 'react', 'unlisted']) installPackage(name);
  for (const folder of ['shared', 'protocol', 'electron', 'server', 'renderer', 'console', 'ui', 'tools', 'test']) {
    write(`${folder}/part.ts`, 'export const part = 1;');
  }
  write('server/modules/intake/part.ts', 'export const part = 1;');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('imports that are fine', () => {
  it.each([
    ['shared/a.ts', "import { part } from './part.ts'; import 'zod'; export { part };"],
    ['protocol/a.ts', "import '../shared/part.ts'; import 'node:crypto'; import '@hpke/core';"],
    ['electron/a.ts', "import '../protocol/part.ts'; import 'electron'; import 'node:fs';"],
    ['server/a.ts', "import '../protocol/part.ts'; import 'fastify'; import 'node:fs';"],
    ['renderer/a.tsx', "import '../shared/part.ts'; import '../ui/part.ts'; import 'react';"],
    ['test/a.ts', "import '../electron/part.ts'; import '../server/part.ts'; import '../tools/part.ts';"],
  ])('%s: %s', async (file, text) => {
    write(file, text);
    expect(await rulesBroken()).toEqual([]);
  });
});

describe('imports that are forbidden', () => {
  it.each([
    ['shared-is-pure', 'shared/a.ts', "import 'node:fs';"],
    ['shared-is-pure', 'shared/a.ts', "import 'crypto';"],
    ['shared-is-pure', 'shared/a.ts', "import type { App } from 'electron'; export type A = App;"],
    ['shared-is-pure', 'shared/a.tsx', "import 'react';"],
    ['shared-is-pure', 'shared/a.ts', "import '../protocol/part.ts';"],
    ['shared-is-pure', 'shared/a.ts', "export const later = () => import('node:os');"],
    ['platform-knows-no-module', 'server/platform/a.ts', "import '../modules/intake/part.ts';"],
    ['platform-knows-no-module', 'server/platform/a.ts', "import '../part.ts';"],
    ['modules-are-composed-above', 'server/modules/intake/a.ts', "import '../../part.ts';"],
    ['protocol-stays-small', 'protocol/a.ts', "import 'node:fs';"],
    ['protocol-stays-small', 'protocol/a.ts', "import 'fastify';"],
    ['kiosk-stays-home', 'electron/a.ts', "import '../server/part.ts';"],
    [
      'kiosk-stays-home',
      'electron/a.ts',
      "import type { part } from '../renderer/part.ts'; export type A = typeof part;",
    ],
    ['server-stays-home', 'server/a.ts', "import '../electron/part.ts';"],
    ['server-stays-home', 'server/a.ts', "export * from '../console/part.ts';"],
    ['renderer-stays-home', 'renderer/a.tsx', "import '../electron/part.ts';"],
    ['renderer-stays-home', 'renderer/a.tsx', "import '../protocol/part.ts';"],
    ['console-stays-home', 'console/a.tsx', "import '../server/part.ts';"],
    ['ui-stays-home', 'ui/a.tsx', "import '../renderer/part.ts';"],
    ['screens-have-no-node', 'renderer/a.ts', "import 'node:path';"],
    ['screens-have-no-node', 'console/a.ts', "import 'fs';"],
    ['product-does-not-know-its-tools', 'electron/a.ts', "import '../tools/part.ts';"],
    ['product-does-not-know-its-tools', 'server/a.ts', "import '../test/part.ts';"],
    ['shipped-code-has-shipped-dependencies', 'server/a.ts', "import 'react';"],
    ['listed', 'server/a.ts', "import 'unlisted';"],
    ['resolvable', 'server/a.ts', "import './missing.ts';"],
    ['no-circles', 'server/a.ts', "import './b.ts';"],
  ])('%s: %s with %s', async (rule, file, text) => {
    write(file, text);
    write('server/b.ts', "import './a.ts';");
    expect(await rulesBroken()).toContain(rule);
  });
});

it('two folders that need each other are a circle, even where no two files are', async () => {
  write('server/modules/intake/a.ts', "import '../opening/a.ts';");
  write('server/modules/opening/a.ts', '');
  expect(await rulesBroken()).toEqual([]);
  write('server/modules/opening/b.ts', "import type { part } from '../intake/part.ts'; export type B = typeof part;");
  expect(await rulesBroken()).toEqual(['no-circles-of-folders', 'no-circles-of-folders']);
});

it('says so when hardly any file was read', async () => {
  expect(await checkBoundaries(root)).toEqual(['only 10 files were read']);
});
