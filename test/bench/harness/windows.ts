import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { kioskLaunch } from '../../../tools/local/kiosk-process.ts';
import { electronArgs } from '../../../tools/runtime.ts';
import { enrolledFolder } from '../../support/enrolled-folder.ts';
import type { Launch } from './electron-process.ts';

const size = '1280x800';

/** An enrolled kiosk in its window, whose server cannot be reached. */
export async function enrolledKiosk(): Promise<{ launch: Launch; folder: string }> {
  const { folder } = await enrolledFolder();
  return { launch: kioskLaunch(folder, size), folder };
}

const main = `
const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1280, height: 800 });
  void window.loadFile('index.html');
});
process.on('SIGTERM', () => app.exit(0));
`;

/** The least that is an Electron application: one window with one line of text. */
export function emptyWindow(folder: string): Launch {
  const application = join(folder, 'empty-window');
  mkdirSync(application, { recursive: true });
  writeFileSync(join(application, 'package.json'), JSON.stringify({ name: 'empty-window', main: 'main.js' }));
  writeFileSync(join(application, 'main.js'), main);
  writeFileSync(join(application, 'index.html'), '<!doctype html><title>Empty</title><h1>An empty window</h1>');
  const { executablePath, env } = kioskLaunch(join(folder, 'unused'), size);
  const data = `--user-data-dir=${join(folder, 'empty-window-data')}`;
  return { executablePath, args: [data, ...electronArgs(), application], env };
}

/** The same, from a copy of Electron in `folder`. */
export function ownFiles({ executablePath, args, env }: Launch, folder: string): Launch {
  const [original, copy] = [dirname(executablePath), join(folder, 'electron')];
  if (!existsSync(copy)) cpSync(original, copy, { recursive: true, verbatimSymlinks: true });
  // The copy of this helper does not belong to root.
  const sandbox = { CHROME_DEVEL_SANDBOX: join(original, 'chrome-sandbox') };
  return { executablePath: join(copy, basename(executablePath)), args, env: { ...env, ...sandbox } };
}

/** True in the page when its largest part is painted. */
const painted = (selector: string): string =>
  `document.querySelector(${JSON.stringify(selector)}) !== null && performance.getEntriesByType('paint').length > 0`;

export const attractScreen = painted('[data-screen=attract] button');
export const emptyScreen = painted('h1');
