import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { freePort } from '../../server/platform/embedded-postgres/free-port.ts';
import { root } from '../setup/paths.mjs';
import { endProcess } from './end-process.ts';
import { type HeadOffice, headOfficeOf } from './head-office.ts';

/** A central server of this machine, running as a process of its own. It ends with the process that started it. */
export interface LocalServer extends HeadOffice {
  pid: number;
  /** Resolves when it is gone, whoever ended it. */
  gone: Promise<void>;
  /** SIGTERM by default: it finishes what it has begun, and its database stops too. Resolves when it is gone, killed if need be. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Starts the server on its embedded database and waits until it listens. Its log goes to `server.log` in the data folder.
 * @param port 0 for a free one. @throws Error with what the server said, if it did not start.
 */
export function startServer(data: string, port: number, environment: NodeJS.ProcessEnv = {}): Promise<LocalServer> {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const start = (chosen: number) => startOn(chosen, data, environment);
  return port === 0 ? onFreePort(start) : start(port);
}

/** Each part of it has twenty seconds to end; three that hang are not waited for any longer. */
const killAfterMilliseconds = 60_000;

const endsWithParent = pathToFileURL(join(import.meta.dirname, 'ends-with-parent.ts')).href;

async function startOn(port: number, data: string, environment: NodeJS.ProcessEnv): Promise<LocalServer> {
  const child = spawn(process.execPath, ['--import', endsWithParent, join(root, 'server', 'main.ts')], {
    env: { ...process.env, COUNTERSIGN_SERVER_DATA: data, COUNTERSIGN_PORT: String(port), ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    cwd: root,
    // Ctrl-C in the terminal is for whoever started this process; it then stops things in order.
    detached: true,
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await listening(child, join(data, 'server.log'));
  return {
    ...headOfficeOf(url, data),
    pid: child.pid ?? 0,
    gone,
    stop: (signal) =>
      endProcess(child, gone, { name: 'The central server', milliseconds: killAfterMilliseconds, signal }),
  };
}

const mostAttempts = 5;

/** Between the look and the start somebody else may take the port; then another one is looked for. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort());
    } catch (error) {
      const taken = error instanceof Error && error.message.includes('(port_in_use)');
      if (!taken || attempt === mostAttempts) throw error;
    }
  }
}

function listening(child: ChildProcess, logFile: string): Promise<string> {
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  const complaint: string[] = [];
  return new Promise((resolve, reject) => {
    if (child.stdout === null || child.stderr === null) throw new Error('the server was started without pipes');
    createInterface(child.stderr).on('line', (line) => {
      log.write(`${line}\n`);
      complaint.push(line);
    });
    createInterface(child.stdout).on('line', (line) => {
      log.write(`${line}\n`);
      const url = /^Countersign server listens on (\S+)$/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
    // Its last words may still be on their way when it has ended.
    child.once('close', (code) =>
      reject(new Error(complaint.slice(-30).join('\n') || `The server ended (${code}); see ${logFile}`)),
    );
  });
}
