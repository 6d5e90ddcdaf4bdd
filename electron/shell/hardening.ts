import { app, type BrowserWindowConstructorOptions, Menu, type Session, type WebContents } from 'electron';
import { applicationOrigin } from './app-protocol.ts';

/** Every setting that matters is named, also where today's default is the same: defaults change, this list does not. */
export const hardenedWebPreferences = {
  contextIsolation: true,
  sandbox: true,
  webSecurity: true,
  disableDialogs: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  navigateOnDragDrop: false,
  spellcheck: false,
  plugins: false,
} as const satisfies BrowserWindowConstructorOptions['webPreferences'];

/** Switches that would open the packaged application to a debugger or take its sandbox away; with a slash on Windows. */
const refusedSwitches =
  /^(--?|\/)(remote-debugging|inspect|no-sandbox|disable-.*sandbox|no-zygote|single-process|.*-cmd-prefix)/i;

/**
 * Before the application is ready: sandbox for every process, one instance only, no debugger.
 * @returns false if this process must end at once.
 */
export function hardenApplication(): boolean {
  // Root, on a developer's or a test machine, can run Chromium only without its sandbox: asked for both, every process dies.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  Menu.setApplicationMenu(null);
  if (app.isPackaged && process.argv.some((argument) => refusedSwitches.test(argument))) return false;
  app.on('web-contents-created', (_event, contents) => hardenContents(contents));
  return app.requestSingleInstanceLock();
}

/** A page can go nowhere and open nothing. */
function hardenContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('will-prevent-unload', (event) => event.preventDefault());
  contents.on('before-mouse-event', (event, mouse) => {
    if (mouse.button === 'right') event.preventDefault();
  });
  contents.on('did-finish-load', () => void contents.setVisualZoomLevelLimits(1, 1));
}

/** A session that reaches nothing but the application's own files and grants nothing. */
export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, decide) => decide({}));
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((request, decide) => {
    decide({ cancel: !request.url.startsWith(`${applicationOrigin}/`) });
  });
}
