import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { CodedError } from '../../shared/errors.ts';
import { findBinaries } from './embedded-binaries.ts';
import {
  freePort,
  type Owner,
  ownerForPostgres,
  readPostmaster,
  runAndWait,
  startDetached,
} from './embedded-process.ts';

/** A real PostgreSQL that lives in a folder, for a shop or a trial without a database of its own. */
export interface EmbeddedDatabase {
  url: string;
  stop(): Promise<void>;
}

const databaseName = 'countersign';
const userName = 'countersign';
/** Held for as long as a server uses the folder; the operating system lets go of it even when the server is killed. */
const ownerLock = 1_129_270_867;

/**
 * Starts the database of `folder`, making it first if it is new. If a killed server left its PostgreSQL running, that one is
 * taken over.
 * @param flags more command-line flags for postgres (tests switch fsync off).
 * @throws CodedError data_folder_in_use | database_not_started
 */
export async function startEmbedded(folder: string, flags: string[] = []): Promise<EmbeddedDatabase> {
  const binaries = await findBinaries();
  const owner = ownerForPostgres();
  const data = join(folder, 'postgres');
  const log = join(folder, 'postgres.log');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (owner !== null) chmodSync(folder, 0o711);
  const password = keptPassword(join(folder, 'postgres.password'));
  if (!existsSync(join(data, 'PG_VERSION'))) await createCluster(binaries.initdb, data, password, owner);

  let port = await portOfRunning(data, password);
  for (let attempt = 1; port === null && attempt <= 3; attempt++) {
    const candidate = await freePort();
    const output = openSync(log, 'a', 0o600);
    const listen = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
    startDetached(binaries.postgres, ['-D', data, '-p', String(candidate), ...listen, ...flags], owner, output);
    port = await answering(data, password, 60_000);
  }
  if (port === null) throw new CodedError('database_not_started', { log });
  const lock = await takeOwnership(port, password, folder);
  return { url: urlOf(port, password, databaseName), stop: () => stopPostgres(data, lock) };
}

const urlOf = (port: number, password: string, database: string): string =>
  `postgres://${userName}:${password}@127.0.0.1:${port}/${database}`;

function keptPassword(path: string): string {
  if (!existsSync(path)) writeFileSync(path, randomBytes(24).toString('base64url'), { mode: 0o600 });
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
  const settings = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--data-checksums'];
  try {
    await runAndWait(
      initdb,
      [`--pgdata=${unfinished}`, `--username=${userName}`, `--pwfile=${passwordFile}`, ...settings],
      owner,
    );
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

async function takeOwnership(port: number, password: string, folder: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: urlOf(port, password, 'postgres'), keepAlive: true });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [ownerLock]);
  if (rows[0]?.taken !== true) {
    await client.end();
    throw new CodedError('data_folder_in_use', { folder });
  }
  const existing = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
  if (existing.rowCount === 0) await client.query(`create database ${databaseName}`);
  return client;
}

/** Fast shutdown: sessions are ended, everything is written, the next start needs no recovery. */
async function stopPostgres(data: string, lock: pg.Client): Promise<void> {
  await lock.end().catch(() => undefined);
  const postmaster = readPostmaster(data);
  if (!postmaster?.alive) return;
  process.kill(postmaster.pid, 'SIGINT');
  const until = Date.now() + 30_000;
  while (readPostmaster(data)?.alive && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
}
