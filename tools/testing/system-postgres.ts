import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../server/platform/embedded-postgres/free-port.ts';
import { readPostmaster } from '../../server/platform/embedded-postgres/process.ts';
import { commonTemporaryFolder } from './common-folder.ts';

const asRoot = process.getuid?.() === 0;

/** PostgreSQL refuses to run as root: then it runs as the user that Debian's package made for it. */
async function run(program: string, args: readonly string[]): Promise<void> {
  const [command, ...rest] = asRoot ? ['runuser', '-u', 'postgres', '--', program, ...args] : [program, ...args];
  const child = spawn(command as string, rest, { stdio: ['ignore', 'ignore', 'inherit'], cwd: '/' });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

/** Null where Debian's PostgreSQL is not installed. */
export function systemPrograms(): string | null {
  return globSync('/usr/lib/postgresql/*/bin').sort().at(-1) ?? null;
}

function program(name: string): string {
  const folder = systemPrograms();
  if (folder === null) throw new Error("Debian's PostgreSQL is not installed: apt-get install -y postgresql");
  return join(folder, name);
}

function ownFolder(): string {
  const folder = mkdtempSync(join(commonTemporaryFolder(), 'countersign-postgres-'));
  if (!asRoot) return folder;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  chownSync(folder, id('-u'), id('-g'));
  chmodSync(folder, 0o700);
  return folder;
}

const urlOf = (port: number): string => `postgres://postgres@127.0.0.1:${port}/postgres`;

/** A PostgreSQL of the system's own version, in a folder of its own. */
export class SystemPostgres {
  readonly port: number;
  readonly #folder: string;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  /** An empty one. */
  static async create(): Promise<SystemPostgres> {
    const initdb = ['-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync'];
    return await SystemPostgres.#start((data) => run(program('initdb'), ['-D', data, ...initdb]));
  }

  /** A copy that follows another one, calls itself `standby`, and can only be read until it is promoted. */
  static async standbyOf({ port }: SystemPostgres): Promise<SystemPostgres> {
    const copy = ['--write-recovery-conf', '--checkpoint=fast', '--no-sync', '-d', urlOf(port)];
    return await SystemPostgres.#start((data) => run(program('pg_basebackup'), ['-D', data, ...copy]));
  }

  static async #start(make: (data: string) => Promise<void>): Promise<SystemPostgres> {
    const postgres = new SystemPostgres(ownFolder(), await freePort());
    try {
      await make(postgres.#data);
      const settings = `-p ${postgres.port} -k ${postgres.#folder} -c listen_addresses=127.0.0.1 -c cluster_name=standby`;
      await postgres.#control('-w', '-l', join(postgres.#folder, 'log'), '-o', settings, 'start');
      return postgres;
    } catch (error) {
      postgres.kill();
      throw error;
    }
  }

  get url(): string {
    return urlOf(this.port);
  }

  async promote(): Promise<void> {
    await this.#control('-w', 'promote');
  }

  /** As if its machine were gone, with its disk. */
  kill(): void {
    const postmaster = readPostmaster(this.#data);
    if (postmaster?.alive) process.kill(postmaster.pid, 'SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  }

  async stop(): Promise<void> {
    await this.#control('-m', 'immediate', 'stop');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  async #control(...args: string[]): Promise<void> {
    await run(program('pg_ctl'), ['-D', this.#data, ...args]);
  }
}

/** Starts an empty PostgreSQL of the system's own version for as long as `use` takes. */
export async function withThrowawayPostgres<T>(use: (url: string) => Promise<T>): Promise<T> {
  const postgres = await SystemPostgres.create();
  try {
    return await use(postgres.url);
  } finally {
    await postgres.stop();
  }
}
