import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { z } from 'zod';
import { Documents } from '../../electron/store/documents.ts';
import type { EnrolmentForm } from '../../shared/contracts/ipc.ts';
import { parseJson } from '../../shared/json.ts';
import { electronArgs, electronExecutable, sqliteBinding } from '../runtime.ts';
import { endingWithParent } from '../setup/death-signal.mjs';
import { root } from '../setup/paths.mjs';
import { endProcess } from './end-process.ts';

/** How to start the built kiosk from this checkout, for a process of Node's or of Playwright's. */
export interface KioskLaunch {
  executablePath: string;
  args: string[];
  env: Record<string, string>;
}

/** @param data its data folder. @param size of its window, `1280x800`; `full` fills the screen. */
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

/** The size of COUNTERSIGN_WINDOW. @throws Error in words */
export function windowSetting(): string {
  const size = process.env.COUNTERSIGN_WINDOW || '1280x800';
  if (/^\d{3,4}x\d{3,4}$|^full$/.test(size)) return size;
  throw new Error(`COUNTERSIGN_WINDOW is a size like 1280x800, or full for the whole screen; it is "${size}".`);
}

/** A kiosk in its window, as a process of its own. It ends with the process that started it. */
export interface OpenKiosk {
  /** Resolves when it is gone; with what it said, if it broke off. */
  gone: Promise<string | null>;
  stop(): Promise<void>;
}

const killAfterMilliseconds = 20_000;
const lastWordsMilliseconds = 2_000;

export function openKiosk(data: string, size: string): OpenKiosk {
  const { executablePath, args, env } = kioskLaunch(data, size);
  const command = endingWithParent(executablePath, args);
  // In a process group of its own: Ctrl-C in the terminal is for whoever started it, who then stops things in order.
  const child = spawn(command.program, command.args, { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2_000);
  });
  const gone = new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    const ended = (code: number | null, signal: NodeJS.Signals | null) =>
      resolve(code === 0 || signal === 'SIGTERM' ? null : said.trim());
    // Its last words may still be on their way when it has ended; but a process of its own that stays may hold the pipe for ever.
    child.once('close', ended);
    child.once('exit', (code, signal) => setTimeout(ended, lastWordsMilliseconds, code, signal));
  });
  return {
    gone,
    stop: () => endProcess(child, gone, { name: 'The kiosk', milliseconds: killAfterMilliseconds }),
  };
}

/** Where a form lies that the kiosk of this folder enrols itself with at its next start. */
export const provisioningFile = (data: string): string => join(data, 'provisioning.json');

/** Lays the form into the data folder that a kiosk enrols itself with at its next start. */
export function provision(data: string, form: EnrolmentForm): void {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  writeFileSync(provisioningFile(data), JSON.stringify(form), { mode: 0o600 });
}

/** Whether there is no form in the folder, or one that `own` takes. Any other is somebody's, and holds a code that exists once. */
export function mayProvision(data: string, own: z.ZodType): boolean {
  let text: string;
  try {
    text = readFileSync(provisioningFile(data), 'utf8');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
  return own.safeParse(parseJson(text)).success;
}

/** Whether a form lies in the folder, not used yet. */
export const isProvisioned = (data: string): boolean => existsSync(provisioningFile(data));

/** Where the kiosk of this folder belongs, or null while it is enrolled nowhere. */
export function enrolmentOf(data: string): { serverUrl: string; storeId: string } | null {
  const path = join(data, 'kiosk.db');
  if (!existsSync(path)) return null;
  try {
    const database = new SqliteDatabase(path, { readonly: true });
    try {
      return new Documents(database).read('identity') ?? null;
    } finally {
      database.close();
    }
  } catch {
    // Damaged, or newer than this program: the kiosk itself says so on its screen.
    return null;
  }
}

/** @throws Error in words when a kiosk is open on this folder: Chromium's lock names its process. */
export function requireNoKioskOn(data: string): void {
  let owner: string;
  try {
    owner = readlinkSync(join(data, 'SingletonLock'));
  } catch {
    return;
  }
  const pid = Number(owner.split('-').at(-1));
  if (!isAlive(pid) || !usesFolder(pid, data)) return;
  throw new Error(
    `A kiosk is open on ${data} already (process ${pid}). Close it, or name another folder with COUNTERSIGN_KIOSK_DATA.`,
  );
}

function isAlive(pid: number): boolean {
  try {
    return Number.isInteger(pid) && pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** After a power cut the lock stays, and its number may be another process's by now, which has no file of the folder open. */
function usesFolder(pid: number, data: string): boolean {
  if (process.platform !== 'linux') return true;
  const folder = realpathSync(data) + sep;
  const files = `/proc/${pid}/fd`;
  let open: string[];
  try {
    open = readdirSync(files);
  } catch {
    // Somebody else's process: their kiosk, for all that can be told.
    return true;
  }
  return open.some((each) => {
    try {
      return readlinkSync(join(files, each)).startsWith(folder);
    } catch {
      // Closed in between.
      return false;
    }
  });
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
