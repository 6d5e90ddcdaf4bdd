import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { CodedError } from '../../../shared/errors.ts';
import { findBinaries, reachableBinaries } from './binaries.ts';
import { freePort } from './free-port.ts';
import { databaseName, Guard } from './guard.ts';
import {
  nameOfFolder,
  type Owner,
  ownerForPostgres,
  readPostmaster,
  reasonIn,
  runAndWait,
  startDetached,
} from './process.ts';

/** A real PostgreSQL that lives in a folder, for a shop or a trial without a database of its own. */
export interface EmbeddedDatabase {
  url: string;
  stop(): Promise<void>;
}

const userName = 'countersign';

/**
 * Starts the database of `folder`, making it first if it is new. If a killed server left its PostgreSQL running, that one is
 * taken over.
 * @param flags more command-line flags for postgres (tests switch fsync off).
 * @throws CodedError data_folder_in_use | database_not_started
 */
export async function startEmbedded(folder: string, flags: string[] = []): Promise<EmbeddedDatabase> {
  const owner = ownerForPostgres();
  const binaries = await reachableBinaries(await findBinaries(), owner);
  const data = join(folder, 'postgres');
  const log = join(folder, 'postgres.log');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const password = keptPassword(join(folder, 'postgres.password'));
  if (!existsSync(join(data, 'PG_VERSION'))) await createCluster(binaries.initdb, data, password, owner);

  const start = async (port: number): Promise<number | null> => {
    const listen = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
    const args = ['-D', nameOfFolder({ folder: data, owner }), '-p', String(port), ...listen, ...flags];
    startDetached({ program: binaries.postgres, args, folder: data, owner }, openSync(log, 'a', 0o600));
    return await answering(data, password, 60_000);
  };
  let port = await portOfRunning(data, password);
  for (let attempt = 1; port === null && attempt <= 3; attempt++) port = await start(await freePort());
  if (port === null) throw new CodedError('database_not_started', { log, said: reasonIn(readFileSync(log, 'utf8')) });
  const servedAt = port;
  const guard = new Guard(folder, urlOf(servedAt, password, 'postgres'), () => start(servedAt));
  await guard.takeOwnership();
  return {
    url: urlOf(servedAt, password, databaseName),
    async stop() {
      await guard.release();
      await stopPostgres(data);
    },
  };
}

const urlOf = (port: number, password: string, database: string): string =>
  `postgres://${userName}:${password}@127.0.0.1:${port}/${database}`;

function keptPassword(path: string): string {
  if (!existsSync(path)) writeFileSync(path, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
  return readFileSync(path, 'utf8').trim();
}

/** Made beside its place and renamed when whole, so that a crash in between leaves nothing that looks like a database. */
async function createCluster(initdb: string, data: string, password: string, owner: Owner | null): Promise<void> {
  const unfinished = `${data}.unfinished`;
  const passwordFile = `${data}.initial-password`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner !== null) for (const path of [unfinished, passwordFile]) chownSync(path, owner.uid, owner.gid);
  const place = { folder: unfinished, owner };
  const args = [
    `--pgdata=${nameOfFolder(place)}`,
    `--username=${userName}`,
    // The way to the file is as closed as the way to the folder.
    `--pwfile=${owner === null ? passwordFile : '/dev/stdin'}`,
    ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--data-checksums'],
  ];
  try {
    await runAndWait({ program: initdb, args, ...place }, passwordFile);
    renameSync(unfinished, data);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** The port of a PostgreSQL that already serves this folder, or null. A pid file whose process is gone counts as nothing. */
async function portOfRunning(data: string, password: string): Promise<number | null> {
  const postmaster = readPostmaster(data);
  if (postmaster === null) return null;
  if (!postmaster.alive) return null;
  if (postmaster.isPostgres === false) {
    // After a crash of the machine the number may belong to another program; PostgreSQL itself would then refuse to start.
    rmSync(join(data, 'postmaster.pid'), { force: true });
    return null;
  }
  return await answering(data, password, 15_000);
}

/** Waits until the PostgreSQL of this folder takes connections; null when it ended or did not answer in time. */
async function answering(data: string, password: string, patience: number): Promise<number | null> {
  const until = Date.now() + patience;
  let seen = false;
  while (Date.now() < until) {
    const postmaster = readPostmaster(data);
    if (postmaster?.alive) {
      seen = true;
      if (postmaster.port !== null && (await canConnect(postmaster.port, password))) return postmaster.port;
    } else if (seen || Date.now() > until - patience + 10_000) {
      return null;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return null;
}

async function canConnect(port: number, password: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(port, password, 'postgres'), connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Fast shutdown: sessions are ended, everything is written, the next start needs no recovery. */
async function stopPostgres(data: string): Promise<void> {
  const postmaster = readPostmaster(data);
  if (!postmaster?.alive) return;
  process.kill(postmaster.pid, 'SIGINT');
  const until = Date.now() + 30_000;
  while (readPostmaster(data)?.alive && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
}
