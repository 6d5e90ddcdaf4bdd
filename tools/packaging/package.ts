import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Configuration, Platform } from 'electron-builder';
import { buildKiosk, hashOfFiles } from '../build.ts';
import { sqliteBinding } from '../runtime.ts';
import { type Electron, findElectron } from '../setup/electron-runtime.mjs';
import { root } from '../setup/paths.mjs';

const RECIPE = ['electron-builder.yml', 'tools/packaging/*'];

const mark = join(root, 'dist', 'packaged-from');

/**
 * Packages the kiosk for this platform, unpacked, into dist/. Does nothing when it was packaged from these very sources.
 * @returns the Electron it is packaged with.
 */
export async function packageKiosk(): Promise<Electron> {
  const electron = findElectron();
  if (!electron) throw new Error('Electron is not set up yet. Run: npm run setup');
  const binding = sqliteBinding();
  const ingredients = [await buildKiosk(), hashOfFiles(RECIPE), electron.folder, electron.version, binding ?? ''];
  const hash = createHash('sha256').update(ingredients.join('\0')).digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === hash) return electron;
  rmSync(mark, { force: true });
  const config: Configuration = {
    extends: './electron-builder.yml',
    electronDist: electron.folder,
    electronVersion: electron.version,
    ...(binding ? { extraResources: [{ from: binding, to: 'native/better_sqlite3.node' }] } : {}),
  };
  await build({ targets: Platform.current().createTarget('dir'), config, publish: 'never', projectDir: root });
  writeFileSync(mark, hash);
  return electron;
}
