import { join } from 'node:path';
import { app, BrowserWindow, type BrowserWindowConstructorOptions, screen, session } from 'electron';
import type { KioskLog } from '../log.ts';
import { applicationOrigin, serveApplication } from './app-protocol.ts';
import { hardenedWebPreferences, hardenSession } from './hardening.ts';

const home = `${applicationOrigin}/index.html`;

/** Size of a window on a developer's desktop, in CSS pixels; undefined on a kiosk, which fills the screen. */
export type WindowSize = { width: number; height: number } | undefined;

/** Opens the one window. Its session lives in memory, so Chromium keeps nothing of a customer on disk. */
export function openKioskWindow(size: WindowSize, log: KioskLog): BrowserWindow {
  const kioskSession = session.fromPartition('kiosk', { cache: false });
  hardenSession(kioskSession);
  serveApplication(kioskSession, join(import.meta.dirname, '..', 'renderer'));
  const window = new BrowserWindow({
    ...(size === undefined ? wholeScreen() : fitting(size)),
    useContentSize: true,
    autoHideMenuBar: true,
    backgroundColor: '#fbfaf7',
    title: 'Countersign',
    webPreferences: {
      ...hardenedWebPreferences,
      session: kioskSession,
      devTools: !app.isPackaged,
      preload: join(import.meta.dirname, '..', 'preload', 'preload.cjs'),
    },
  });
  if (size === undefined) window.setAlwaysOnTop(true, 'screen-saver');
  else window.once('show', () => keepOnScreen(window));
  recover(window, log);
  void window.loadURL(home);
  return window;
}

/** What the screen has room for, beside its panels. */
function fitting(size: { width: number; height: number }): { width: number; height: number } {
  const { workAreaSize } = screen.getPrimaryDisplay();
  return {
    width: Math.min(size.width, workAreaSize.width),
    height: Math.min(size.height, workAreaSize.height),
  };
}

/** The frame of a window is known once it is there. Where there is no room for it, the window manager lays it out. */
function keepOnScreen(window: BrowserWindow): void {
  const { workAreaSize } = screen.getPrimaryDisplay();
  const { width, height } = window.getBounds();
  if (width > workAreaSize.width || height > workAreaSize.height) window.maximize();
}

/** Fullscreen above everything else, and fixed. Without a window manager its size has to be set as well. */
function wholeScreen(): BrowserWindowConstructorOptions {
  return {
    ...screen.getPrimaryDisplay().bounds,
    kiosk: true,
    fullscreen: true,
    frame: false,
    closable: false,
    minimizable: false,
    resizable: false,
    movable: false,
  };
}

/** A dead or hanging page is replaced by a fresh one; the draft in it is gone, which is what a half-finished consent should be. */
function recover(window: BrowserWindow, log: KioskLog): void {
  const reload = (event: string, reason: string) => {
    log.info(event, { reason });
    if (!window.isDestroyed()) window.webContents.reload();
  };
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason !== 'clean-exit') reload('screen process gone', details.reason);
  });
  // Navigating to about:blank makes no request and raises no event before it, so it cannot be prevented, only undone.
  window.webContents.on('did-navigate', (_event, address) => {
    if (address === home || window.isDestroyed()) return;
    log.info('screen left its page');
    void window.loadURL(home);
  });
  window.on('unresponsive', () => {
    window.webContents.forcefullyCrashRenderer();
  });
}
