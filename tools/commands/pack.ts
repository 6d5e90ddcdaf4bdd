// npm run pack: the packaged application for this platform, unpacked, in dist/.
import { build, type Configuration, Platform } from 'electron-builder';
import { buildKiosk } from '../build.ts';
import { sqliteBinding } from '../runtime.ts';
import { findElectron } from '../setup/electron-runtime.mjs';

const electron = findElectron();
if (!electron) throw new Error('Electron is not set up yet. Run: npm run setup');
const binding = sqliteBinding();

const config: Configuration = {
  extends: './electron-builder.yml',
  electronDist: electron.folder,
  electronVersion: electron.version,
  ...(binding ? { extraResources: [{ from: binding, to: 'native/better_sqlite3.node' }] } : {}),
};

await buildKiosk();
await build({ targets: Platform.current().createTarget('dir'), config, publish: 'never' });
console.log(
  `Packaged with ${electron.kind === 'official' ? 'the official' : 'the registry-hosted'} Electron ${electron.version}.`,
);
if (electron.kind === 'hosted') console.log('For trying out only: a release is packaged with the official Electron.');
