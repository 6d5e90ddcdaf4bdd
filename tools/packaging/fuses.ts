import { FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses';

/** What the packaged application's Electron can and cannot be made to do. Complete by its type: a new fuse is a type error. */
export const FUSES: Record<FuseV1Options, boolean> = {
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  // Has no effect on Linux, where Electron does not check it.
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  // The screens are served from app://.
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  // Electron's own default; 33 does not have this one yet.
  [FuseV1Options.WasmTrapHandlers]: true,
};

const ON = '1'.charCodeAt(0);
const OFF = '0'.charCodeAt(0);

/** Sets every fuse and reads them back. A fuse that this list does not know, or that did not take, is an error. */
export async function setFuses(executable: string): Promise<void> {
  await flipFuses(executable, {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: process.platform === 'darwin',
    strictlyRequireAllFuses: true,
    ...FUSES,
  });
  const { version: _, ...states } = await getCurrentFuseWire(executable);
  for (const [fuse, state] of Object.entries(states)) {
    const wanted = FUSES[Number(fuse) as FuseV1Options] ? ON : OFF;
    if (state !== wanted) throw new Error(`The fuse ${FuseV1Options[Number(fuse)]} could not be set in ${executable}`);
  }
}
