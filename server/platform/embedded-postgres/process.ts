import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { CodedError } from '../../../shared/errors.ts';

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
    const args = ['--system', '--user-group', '--no-create-home', 'postgres'];
    try {
      execFileSync('useradd', args, { stdio: 'ignore', env: environment() });
      return findUser();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CodedError('database_not_started', { said: `there can be no system user postgres: ${reason}` });
    }
  }
}

function findUser(): Owner {
  const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
  const ask = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { stdio, env: environment() }));
  return { uid: ask('-u'), gid: ask('-g') };
}

/** A program of PostgreSQL's that works in a folder. */
export interface Work {
  program: string;
  args: string[];
  /** It is started inside this folder. */
  folder: string;
  owner: Owner | null;
}

/**
 * What the programs are told about their folder. Root's data often lie where the user `postgres` may not look, in /root for
 * instance. A process that was started inside a folder gets on without the way to it, as long as it does not name that way.
 */
export const nameOfFolder = ({ folder, owner }: Pick<Work, 'folder' | 'owner'>): string =>
  owner === null ? folder : '/proc/self/cwd';

/** Another user than root keeps none of root's rights and cannot get any (setpriv of util-linux, which Debian always has). */
function asOwner({ program, args, owner }: Work): [program: string, args: string[]] {
  if (owner === null) return [program, args];
  const user = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
  return ['setpriv', [...user, '--inh-caps=-all', '--no-new-privs', program, ...args]];
}

/**
 * @param input a file for its standard input.
 * @throws CodedError database_not_started with what the program said.
 */
export async function runAndWait(work: Work, input?: string): Promise<void> {
  const [program, args] = asOwner(work);
  const stdin = input === undefined ? 'ignore' : openSync(input, 'r');
  let said = '';
  const failed = (reason: string) =>
    new CodedError('database_not_started', { program: basename(work.program), said: reason });
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(program, args, { cwd: work.folder, env: environment(), stdio: [stdin, 'ignore', 'pipe'] });
      child.stderr?.on('data', (chunk) => {
        said += String(chunk);
      });
      child.once('error', (error) => reject(failed(error.message)));
      child.once('close', (code) => (code === 0 ? resolve() : reject(failed(reasonIn(said)))));
    });
  } finally {
    if (stdin !== 'ignore') closeSync(stdin);
  }
}

/** In a process group of its own: Ctrl-C in the terminal reaches the server only, which stops the database last. */
export function startDetached(work: Work, output: number): void {
  const [program, args] = asOwner(work);
  const child = spawn(program, args, {
    cwd: work.folder,
    env: environment(),
    detached: true,
    stdio: ['ignore', output, output],
  });
  child.on('error', () => undefined);
  child.unref();
  closeSync(output);
}

/** The line that says what went wrong; others may follow, about what was done then. */
export function reasonIn(text: string): string {
  const lines = text.trim().split('\n');
  return lines.findLast((line) => /error|fatal|panic|could not|terminated/i.test(line)) ?? lines.at(-1) ?? '';
}

/** The folders of programs for root are not in everybody's PATH, not even in that of who became root by `su`. */
const environment = (): NodeJS.ProcessEnv => ({
  PATH: [process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin'].join(delimiter),
  LC_ALL: 'C',
  TZ: 'UTC',
});

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

export function isAlive(pid: number): boolean {
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
