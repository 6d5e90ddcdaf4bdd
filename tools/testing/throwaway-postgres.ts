import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../server/platform/embedded-postgres/free-port.ts';
import { commonTemporaryFolder } from './common-folder.ts';

const asRoot = process.getuid?.() === 0;

/** PostgreSQL refuses to run as root: then it runs as the user that Debian's package made for it. */
function run(program: string, args: readonly string[]): void {
  const [command, ...rest] = asRoot ? ['runuser', '-u', 'postgres', '--', program, ...args] : [program, ...args];
  execFileSync(command as string, rest, { stdio: ['ignore', 'ignore', 'inherit'], cwd: '/' });
}

function programs(): string {
  const folder = globSync('/usr/lib/postgresql/*/bin').sort().at(-1);
  if (!folder) throw new Error("Debian's PostgreSQL is not installed: apt-get install -y postgresql");
  return folder;
}

function ownFolder(): string {
  const folder = mkdtempSync(join(commonTemporaryFolder(), 'countersign-postgres-'));
  if (!asRoot) return folder;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  chownSync(folder, id('-u'), id('-g'));
  chmodSync(folder, 0o700);
  return folder;
}

/** Starts an empty PostgreSQL of the system's own version for as long as `use` takes. */
export async function withThrowawayPostgres<T>(use: (url: string) => Promise<T>): Promise<T> {
  const bin = programs();
  const folder = ownFolder();
  const data = join(folder, 'data');
  const port = await freePort();
  try {
    run(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync']);
    const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1`;
    run(join(bin, 'pg_ctl'), ['-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start']);
    try {
      return await use(`postgres://postgres@127.0.0.1:${port}/postgres`);
    } finally {
      run(join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', 'stop']);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
