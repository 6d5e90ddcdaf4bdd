import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnrolmentForm } from '../../shared/contracts/ipc.ts';
import { electronArgs, electronExecutable, sqliteBinding } from '../runtime.ts';
import { root } from '../setup/paths.mjs';

/** How to start the built kiosk from this checkout, for a process of Node's or of Playwright's. */
export interface KioskLaunch {
  executablePath: string;
  args: string[];
  env: Record<string, string>;
}

/** @param data its data folder. @param size of its window, `1280x800`. */
export function kioskLaunch(data: string, size: string): KioskLaunch {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const binding = sqliteBinding();
  return {
    executablePath: electronExecutable(),
    args: [...electronArgs(), root],
    env: {
      ...definedEnvironment(),
      COUNTERSIGN_KIOSK_DATA: data,
      COUNTERSIGN_WINDOW: size,
      ...(binding === undefined ? {} : { COUNTERSIGN_SQLITE_BINDING: binding }),
    },
  };
}

/** Lays the form into the data folder that a kiosk enrols itself with at its next start. */
export function provision(data: string, form: EnrolmentForm): void {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  writeFileSync(join(data, 'provisioning.json'), JSON.stringify(form), { mode: 0o600 });
}

/** Whether a kiosk was started on this folder before. */
export const hasKiosk = (data: string): boolean => existsSync(join(data, 'kiosk.db'));

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
