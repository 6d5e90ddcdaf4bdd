import { FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses';

/** What the packaged application's Electron can and cannot be made to do. Complete by its type: a new fuse is a type error. */
const FUSES: Record<FuseV1Options, boolean> = {
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
  // Electron's own default.
  [FuseV1Options.WasmTrapHandlers]: true,
};

/** Electron 33 does not have this one yet. */
const NEWER_THAN_33: readonly FuseV1Options[] = [FuseV1Options.WasmTrapHandlers];

const ON = '1'.charCodeAt(0);
const OFF = '0'.charCodeAt(0);

/** The fuses an executable has, and how each is set. */
async function readFuses(executable: string): Promise<Map<FuseV1Options, number>> {
  const { version: _, ...states } = await getCurrentFuseWire(executable);
  return new Map(Object.entries(states).map(([fuse, state]) => [Number(fuse), Number(state)]));
}

/** Sets every fuse and reads them back. One that is missing, that this list does not know, or that did not take is an error. */
export async function setFuses(executable: string): Promise<void> {
  const present = await readFuses(executable);
  const wanted = new Map(Object.entries(FUSES).map(([fuse, on]) => [Number(fuse) as FuseV1Options, on]));
  for (const fuse of wanted.keys()) {
    if (present.has(fuse)) continue;
    if (!NEWER_THAN_33.includes(fuse)) throw new Error(`${executable} has no fuse ${FuseV1Options[fuse]}`);
    wanted.delete(fuse);
  }
  await flipFuses(executable, {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: process.platform === 'darwin',
    // Complete for the fuses this Electron has, which is what the flag asks for; its type wants every fuse there ever was.
    strictlyRequireAllFuses: true,
    ...(Object.fromEntries(wanted) as typeof FUSES),
  });
  for (const [fuse, state] of await readFuses(executable)) {
    if (state !== (wanted.get(fuse) ? ON : OFF)) throw new Error(`The fuse ${FuseV1Options[fuse]} could not be set`);
  }
}
