import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, net, powerMonitor, powerSaveBlocker, safeStorage } from 'electron';
import packageJson from '../package.json' with { type: 'json' };
import type { KioskState } from '../shared/contracts/ipc.ts';
import { KioskApplication } from './application.ts';
import { ProvisioningFile } from './enrolment/provisioning.ts';
import { registerIpcHandlers, sendToRenderer } from './ipc.ts';
import { openLog } from './log.ts';
import { registerApplicationScheme } from './shell/app-protocol.ts';
import { hardenApplication } from './shell/hardening.ts';
import { openKioskWindow, type WindowSize } from './shell/kiosk-window.ts';
import { careForScreen } from './shell/screen-care.ts';
import { watchNetwork } from './sync/network-watch.ts';

/** The kiosk's entry: the one place that reads the environment and builds things. */
const dataFolder = process.env.COUNTERSIGN_KIOSK_DATA ?? app.getPath('userData');
app.setPath('userData', dataFolder);
app.setPath('sessionData', join(dataFolder, 'chromium'));
registerApplicationScheme();

if (!hardenApplication()) app.exit(1);
else void app.whenReady().then(start);

function start(): void {
  const log = openLog(dataFolder);
  const clock = { now: () => new Date(), monotonic: () => Number(process.hrtime.bigint() / 1_000_000n) };
  const application = new KioskApplication({
    dataFolder,
    nativeBinding: nativeBinding(),
    applicationVersion: packageJson.version,
    runtime: `Electron ${process.versions.electron}`,
    keyring: () => (safeStorage.isEncryptionAvailable() ? 'available' : 'absent'),
    clock,
    random: Math.random,
    firstSyncAfter: 500,
    log,
    onState(state) {
      sendToRenderer(window, 'event:state', state);
      hear(state);
    },
    onSync: (status) => sendToRenderer(window, 'event:sync', status),
  });
  registerIpcHandlers({ ...application.handlers(), 'screen:failed': (failure) => screenFailed(failure) }, log);
  const window = openKioskWindow(windowSize(), log);
  const screenFailed = careForScreen(window, log, clock.monotonic);
  window.webContents.on('did-start-loading', () => application.leftAlone());
  const asleep = () => {
    application.leftAlone();
    sendToRenderer(window, 'event:asleep', undefined);
  };
  powerMonitor.on('suspend', asleep);
  powerMonitor.on('resume', asleep);
  powerMonitor.on('lock-screen', asleep);
  powerSaveBlocker.start('prevent-display-sleep');
  const stopWatching = watchNetwork(
    () => net.isOnline(),
    () => application.networkReturned(),
  );
  const file = new ProvisioningFile({
    folder: dataFolder,
    enrol: (form) => application.enrol(form),
    onProblem: (problem) => application.provisioningProblem(problem),
    log,
  });
  const hear = ({ state }: KioskState) => {
    if (state !== 'stopped') file.enrolled(state === 'ready');
  };
  hear(application.state());
  closeInOrder(async () => {
    stopWatching();
    file.stop();
    await application.close();
    log.info('closed');
  });
  process.on('uncaughtException', (error) => {
    log.failure('uncaught', error);
    app.relaunch();
    app.exit(1);
  });
  log.info('started', { version: packageJson.version });
}

/** Ctrl-C, SIGTERM and a closed window all end the same way: the sync run ends, the database closes, then the process. */
function closeInOrder(close: () => Promise<void>): void {
  let closing = false;
  const quit = () => {
    if (closing) return;
    closing = true;
    void close().finally(() => app.exit(0));
  };
  app.on('before-quit', (event) => {
    event.preventDefault();
    quit();
  });
  process.on('SIGINT', quit);
  process.on('SIGTERM', quit);
}

/** Packaged for an older runtime, a binding of our own lies beside the application; otherwise set-up names one, or none. */
function nativeBinding(): string | undefined {
  const packaged = join(process.resourcesPath, 'native', 'better_sqlite3.node');
  if (app.isPackaged) return existsSync(packaged) ? packaged : undefined;
  return process.env.COUNTERSIGN_SQLITE_BINDING;
}

/** `1280x800` opens a window of that size instead of filling the screen. */
function windowSize(): WindowSize {
  const [, width, height] = /^(\d{3,4})x(\d{3,4})$/.exec(process.env.COUNTERSIGN_WINDOW ?? '') ?? [];
  return width === undefined ? undefined : { width: Number(width), height: Number(height) };
}
