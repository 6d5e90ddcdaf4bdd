import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../electron/store/database.ts';
import { temporaryFolder } from '../support/enrolled-folder.ts';

const durability = (database: SqliteDatabase.Database) => ({
  synchronous: database.pragma('synchronous', { simple: true }),
  journal: database.pragma('journal_mode', { simple: true }),
  secureDelete: database.pragma('secure_delete', { simple: true }),
});

describe('the kiosk database', () => {
  it('is durable when new, after the first write and after reopening', () => {
    const path = join(temporaryFolder(), 'kiosk.db');
    const expected = { synchronous: 2, journal: 'wal', secureDelete: 1 };
    const first = openDatabase(path, undefined);
    expect(durability(first)).toEqual(expected);
    first.prepare(`INSERT INTO documents VALUES ('a', '1')`).run();
    expect(durability(first)).toEqual(expected);
    first.close();
    const again = openDatabase(path, undefined);
    again.prepare(`INSERT INTO documents VALUES ('b', '1')`).run();
    expect(durability(again)).toEqual(expected);
    again.close();
  });

  it('has only STRICT tables', () => {
    const database = openDatabase(join(temporaryFolder(), 'kiosk.db'), undefined);
    const tables = database.pragma('table_list') as { name: string; schema: string; strict: number }[];
    const ours = tables.filter(({ name }) => !name.startsWith('sqlite_'));
    expect(ours.length).toBeGreaterThan(3);
    expect(ours.filter(({ strict }) => strict !== 1)).toEqual([]);
    database.close();
  });

  it('leaves the database of a newer application untouched', () => {
    const path = join(temporaryFolder(), 'kiosk.db');
    openDatabase(path, undefined).close();
    const newer = new SqliteDatabase(path);
    newer.pragma('user_version = 99');
    newer.close();
    expect(() => openDatabase(path, undefined)).toThrow(expect.objectContaining({ code: 'database_newer' }));
    const unchanged = new SqliteDatabase(path);
    expect(unchanged.pragma('user_version', { simple: true })).toBe(99);
    unchanged.close();
  });

  it('says so when the file is no database', () => {
    const path = join(temporaryFolder(), 'kiosk.db');
    writeFileSync(path, Buffer.alloc(8192, 7));
    expect(() => openDatabase(path, undefined)).toThrow(/database/);
  });
});
