import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { CodedError } from '../../shared/errors.ts';
import { isReadAtOnce, requireSound } from './integrity-check.ts';
import { ledger } from './migrations/001-ledger.ts';
import { deliveries } from './migrations/002-deliveries.ts';
import { unsent } from './migrations/003-unsent.ts';
import { recordStates } from './migrations/004-record-states.ts';
import { laterCountersignatures } from './migrations/005-later-countersignatures.ts';

/** In order; a migration that has shipped is never edited. `user_version` counts how many have run. */
const migrations = [ledger, deliveries, unsent, recordStates, laterCountersignatures];

/**
 * Opens the kiosk's database, durable and current.
 * @param nativeBinding another build of better-sqlite3's addon, or undefined for the library's own.
 * @throws CodedError database_newer (left untouched) | database_damaged
 */
export function openDatabase(path: string, nativeBinding: string | undefined): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new SqliteDatabase(path, nativeBinding === undefined ? {} : { nativeBinding });
  try {
    const version = database.pragma('user_version', { simple: true }) as number;
    if (version > migrations.length) throw new CodedError('database_newer', { version });
    makeDurable(database);
    // A database is read before it is changed; a large one that is current is read by whoever opened it (integrity-check.ts).
    if (version < migrations.length || isReadAtOnce(path)) requireSound(database);
    migrate(database, version);
    restrictToOwner(path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * "Saved" on the screen means synced to the disk. The explicit FULL matters: built as better-sqlite3 is, SQLite falls back to
 * NORMAL in WAL mode, and a commit would then survive a crash of the program but not the power cord.
 */
function makeDurable(database: Database): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('secure_delete = ON');
  database.pragma('foreign_keys = ON');
  database.pragma('trusted_schema = OFF');
  // In KiB. A capture touches a few pages; the library's own 16 MB would fill with records that nobody reads again.
  database.pragma('cache_size = -2048');
}

function migrate(database: Database, from: number): void {
  for (const [offset, sql] of migrations.slice(from).entries()) {
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`user_version = ${from + offset + 1}`);
    })();
  }
}

function restrictToOwner(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
}

/** What SQLite says when a write fails, as the code the screen knows. */
export function storageError(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const code = error instanceof SqliteDatabase.SqliteError ? error.code : 'unknown';
  return new CodedError(code === 'SQLITE_FULL' ? 'storage_full' : 'storage_failed', { cause: code }, { cause: error });
}
