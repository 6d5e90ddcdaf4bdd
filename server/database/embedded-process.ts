import { execFile, execFileSync, spawn } from 'node:child_process';
import { closeSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { CodedError } from '../../shared/errors.ts';

/** The user that PostgreSQL runs as when the server itself runs as root, which PostgreSQL refuses. */
export interface Owner {
  uid: number;
  gid: number;
}

/** Null when no change of user is needed. Makes the system user `postgres` where it is missing, as Linux packages do. */
export function ownerForPostgres(): Owner | null {
  if (process.getuid?.() !== 0) return null;
  try {
    return findUser();
  } catch {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'ignore' });
    return findUser();
  }
}

function findUser(): Owner {
  const ask = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
  return { uid: ask('-u'), gid: ask('-g') };
}

/**
 * PostgreSQL refuses to be root, and root's checkout and data often lie where no other user may look (/root). So as another
 * user it keeps one of root's rights: to pass through folders (setpriv of util-linux, which Debian always has).
 */
function asOwner(program: string, args: string[], owner: Owner | null): { program: string; args: string[] } {
  if (owner === null) return { program, args };
  const user = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
  const rights = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return { program: 'setpriv', args: [...user, ...rights, program, ...args] };
}

/** @throws CodedError database_not_started with the last line the program said. */
export async function runAndWait(program: string, args: string[], owner: Owner | null): Promise<void> {
  try {
    const command = asOwner(program, args, owner);
    await promisify(execFile)(command.program, command.args, { cwd: '/', env: environment() });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new CodedError('database_not_started', { program: basename(program), said: said.split('\n').at(-1) ?? '' });
  }
}

/** In a process group of its own: Ctrl-C in the terminal reaches the server only, which stops the database last. */
export function startDetached(program: string, args: string[], owner: Owner | null, output: number): void {
  const command = asOwner(program, args, owner);
  const child = spawn(command.program, command.args, {
    cwd: '/',
    env: environment(),
    detached: true,
    stdio: ['ignore', output, output],
  });
  child.on('error', () => undefined);
  child.unref();
  closeSync(output);
}

const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' });

export interface Postmaster {
  pid: number;
  /** Null while it is still starting. */
  port: number | null;
  alive: boolean;
  /** Null where the system does not tell. */
  isPostgres: boolean | null;
}

/** What `postmaster.pid` says (PostgreSQL documentation, "Database File Layout"): line 1 the process, line 4 the port. */
export function readPostmaster(data: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return { pid, port: Number(lines[3]) || null, alive: isAlive(pid), isPostgres: isPostgres(pid) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function isPostgres(pid: number): boolean | null {
  if (process.platform !== 'linux') return null;
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`)).startsWith('postgres');
  } catch {
    return null;
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new CodedError('database_not_started');
  return address.port;
}
