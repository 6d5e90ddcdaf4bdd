import { findElectron, sandboxArguments } from './setup/electron-runtime.mjs';

export { startDisplay } from './setup/display.mjs';

/** The Electron to run the application with: what the set-up handed over, or what an earlier set-up left ready. */
export function electronExecutable(): string {
  const executable = process.env.COUNTERSIGN_ELECTRON ?? findElectron()?.executable;
  if (!executable) throw new Error('Electron is not set up yet. Run: npm run setup');
  return executable;
}

/** The binding to give to better-sqlite3 inside Electron (its `nativeBinding` option); undefined where its own one works. */
export function sqliteBinding(): string | undefined {
  return process.env.COUNTERSIGN_SQLITE_BINDING;
}

/** What has to stand before the application's folder on Electron's command line on this machine. */
export function electronArgs(): string[] {
  return sandboxArguments(electronExecutable());
}
