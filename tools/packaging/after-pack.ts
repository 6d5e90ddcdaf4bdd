import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AfterPackContext } from 'electron-builder';
import { setFuses } from './fuses.ts';

function executable({ appOutDir, packager, electronPlatformName }: AfterPackContext): string {
  const name = packager.appInfo.productFilename;
  if (electronPlatformName === 'darwin') return join(appOutDir, `${name}.app`);
  if (electronPlatformName === 'win32') return join(appOutDir, `${name}.exe`);
  return join(appOutDir, packager.config.linux?.executableName ?? name);
}

export default async function afterPack(context: AfterPackContext): Promise<void> {
  // The registry-hosted runtime carries the part that runs `electron FOLDER` here; a packaged application has its own app.asar.
  rmSync(join(context.appOutDir, 'resources', 'app'), { recursive: true, force: true });
  await setFuses(executable(context));
}
