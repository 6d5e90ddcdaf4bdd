// The Electron that the set-up found or prepared: does it run an application's folder the way Electron does?
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, expect, test } from '@playwright/test';
import { electronArgs, electronExecutable, sqliteBinding } from '../../tools/runtime.ts';
import { root } from '../../tools/setup/paths.mjs';

const MAIN = `
import { createRequire } from 'node:module';
import { app, BrowserWindow } from 'electron';
const readyAtFirst = app.isReady();
const Database = createRequire(${JSON.stringify(join(root, 'package.json'))})('better-sqlite3');
const nativeBinding = ${JSON.stringify(sqliteBinding())};
const database = new Database(':memory:', nativeBinding ? { nativeBinding } : {});
const echo = database.prepare('select ? as echo').get('x').echo;
globalThis.report = { readyAtFirst, echo };
app.whenReady().then(() => new BrowserWindow().loadURL('data:text/html,<button onclick="document.title=1">yes</button>'));
`;

test('runs an application folder whose main file is an ES module, with the database inside', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'runtime-'));
  const manifest = { name: 'trial', productName: 'A Trial', version: '1.2.3', type: 'module', main: 'main.js' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'main.js'), MAIN);
  const electron = await _electron.launch({ executablePath: electronExecutable(), args: [...electronArgs(), folder] });
  try {
    const window = await electron.firstWindow();
    await window.click('button');
    await expect(window).toHaveTitle('1');
    const about = await electron.evaluate(({ app }) => ({
      name: app.getName(),
      version: app.getVersion(),
      path: app.getAppPath(),
      packaged: app.isPackaged,
      report: (globalThis as { report?: unknown }).report,
    }));
    expect(about).toEqual({
      name: 'A Trial',
      version: '1.2.3',
      path: folder,
      packaged: false,
      report: { readyAtFirst: false, echo: 'x' },
    });
  } finally {
    await electron.close();
    rmSync(folder, { recursive: true });
  }
});
