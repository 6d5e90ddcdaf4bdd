import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';

/** Reads a kiosk's database, also beside the kiosk that works with it. */
export function readKioskDatabase<T>(data: string, read: (database: Database) => T): T {
  const database = new SqliteDatabase(join(data, 'kiosk.db'), { readonly: true });
  try {
    return read(database);
  } finally {
    database.close();
  }
}

export const countRecords = (data: string): number =>
  readKioskDatabase(
    data,
    (database) => database.prepare<[], number>('SELECT count(*) FROM records').pluck().get() ?? 0,
  );

/**
 * What SQLite finds wrong in the database of a killed kiosk; `ok` if nothing. It looks at a copy: opening the files
 * themselves would already mend what the crash left.
 */
export function integrityAfterCrash(data: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-copy-'));
  try {
    for (const name of ['kiosk.db', 'kiosk.db-wal']) {
      if (existsSync(join(data, name))) copyFileSync(join(data, name), join(folder, name));
    }
    const database = new SqliteDatabase(join(folder, 'kiosk.db'), { fileMustExist: true });
    const found = String(database.pragma('integrity_check', { simple: true }));
    database.close();
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
