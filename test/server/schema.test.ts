import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect, type Database } from '../../server/platform/database/connection.ts';
import { bindDatabaseToKeys, keysInUse } from '../../server/platform/database/installation.ts';
import { migrate } from '../../server/platform/database/migrate.ts';
import * as intakeAndSubjects from '../../server/platform/database/migrations/0001-intake-and-subjects.ts';
import * as recordsInOrder from '../../server/platform/database/migrations/0003-records-in-order.ts';
import { keyIds, loadKeys } from '../../server/platform/keys/keys.ts';
import { createDatabase, type TestDatabase } from './database.ts';

let database: TestDatabase;
let db: Database;
beforeEach(async () => {
  database = await createDatabase();
  db = connect(database.url, () => undefined);
});
afterEach(async () => {
  await db.destroy();
  await database.drop();
});

const coded = (code: string) => expect.objectContaining({ code });
const tables = async (): Promise<string[]> =>
  (await database.query("select tablename from pg_tables where schemaname = 'public' order by 1")).rows.map(
    ({ tablename }) => tablename,
  );

describe('schema', () => {
  test('servers that start at the same time migrate once', async () => {
    const others = [1, 2, 3].map(() => connect(database.url, () => undefined));
    await Promise.all([db, ...others].map(migrate));
    await Promise.all(others.map((other) => other.destroy()));
    const { rows } = await database.query('select name from kysely_migration order by 1');
    expect(rows[0]).toEqual({ name: '0001-intake-and-subjects' });
    expect(await tables()).toEqual(expect.arrayContaining(['records', 'kiosks', 'opened_records']));
  });

  test('kept 14: a migration may take longer than a statement of the running server, and the limits are back afterwards', async () => {
    await database.query(`create function slow_records() returns event_trigger language plpgsql as $$
      begin
        if exists (select from pg_event_trigger_ddl_commands() where object_identity = 'public.records') then
          perform pg_sleep(1.5);
        end if;
      end $$`);
    await database.query(`create event trigger slow_records on ddl_command_end when tag in ('CREATE TABLE')
      execute function slow_records()`);
    const url = new URL(database.url);
    url.searchParams.set('statement_timeout', '1000');
    const limited = connect(url.href, () => undefined, 1);
    const limits = sql<{ statement: string; lock: string }>`
      select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock`;
    try {
      await migrate(limited);
      expect((await limits.execute(limited)).rows).toEqual([{ statement: '1s', lock: '0' }]);
    } finally {
      await limited.destroy();
    }
    expect(await tables()).toContain('records');
  });

  test('a database of a newer server is refused and left as it is', async () => {
    await migrate(db);
    await database.query("insert into kysely_migration values ('9999-from-the-future', now())");
    const before = await tables();
    await expect(migrate(db)).rejects.toThrow(coded('database_newer'));
    expect(await tables()).toEqual(before);
  });

  test('records of an older server: those without their predecessor are known as unlinked, the unopened keep their place', async () => {
    await intakeAndSubjects.up(db as never);
    const kiosk = '00000000-0000-4000-8000-000000000001';
    const store = (sequence: number, hash: string, previous: string) =>
      database.query(
        `insert into records values ($1, $2, gen_random_uuid(), $3, $4, '{}', 'b', '', 's', now(), '127.0.0.1')`,
        [kiosk, hash, sequence, previous],
      );
    for (const [sequence, hash, previous] of [
      [1, 'one', 'genesis'],
      [2, 'two', 'one'],
      [3, 'three', 'two'],
      [5, 'five', 'two'],
      [8, 'eight', 'seven'],
    ] as const) {
      await store(sequence, hash, previous);
    }
    await database.query(`insert into unopened_records values ($1, 'five', now(), null)`, [kiosk]);
    await recordsInOrder.up(db as never);
    const unlinked = await database.query('select chain_hash from stray_records order by sequence');
    expect(unlinked.rows.map(({ chain_hash: hash }) => hash)).toEqual(['one', 'five', 'eight']);
    expect((await database.query('select chain_hash, sequence from unopened_records')).rows).toEqual([
      { chain_hash: 'five', sequence: '5' },
    ]);
  });

  test('a migration that fails leaves nothing behind, and works when the cause is gone', async () => {
    await database.query('create table alarms (unrelated integer)');
    await expect(migrate(db)).rejects.toThrow(coded('migration_failed'));
    expect(await tables()).toEqual(expect.not.arrayContaining(['records', 'kiosks']));
    await database.query('drop table alarms');
    await migrate(db);
    expect(await tables()).toEqual(expect.arrayContaining(['records', 'kiosks', 'alarms']));
  });
});

describe('keys', () => {
  const keyFile = () => join(mkdtempSync(join(tmpdir(), 'countersign-keys-')), 'keys.json');

  test('are made once, readable by this user only', async () => {
    const path = keyFile();
    const first = await loadKeys(path, false);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, 'utf8');
    expect((await loadKeys(path, true)).signing.id).toBe(first.signing.id);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('servers that start at the same time agree on the keys of the first', async () => {
    const path = keyFile();
    const all = await Promise.all([1, 2, 3].map(() => loadKeys(path, false)));
    expect(new Set(all.map(({ signing }) => signing.id)).size).toBe(1);
  });

  test('are never made anew for a database that belongs to others', async () => {
    await migrate(db);
    expect((await keysInUse(db)).size).toBe(0);
    const keys = await loadKeys(keyFile(), false);
    await bindDatabaseToKeys(db, keyIds(keys));
    const path = keyFile();
    await expect(loadKeys(path, (await keysInUse(db)).size > 0)).rejects.toThrow(coded('keys_missing'));
    expect(existsSync(path)).toBe(false);
    const others = await loadKeys(path, false);
    await expect(bindDatabaseToKeys(db, keyIds(others))).rejects.toThrow(coded('keys_wrong'));
  });

  test.each(['signing', 'seal', 'keyEncryptionKey', 'blindIndexKey'] as const)(
    'kept 11: a %s of another database is refused and named',
    async (use) => {
      await migrate(db);
      const path = keyFile();
      await bindDatabaseToKeys(db, keyIds(await loadKeys(path, false)));
      const other = keyFile();
      await loadKeys(other, false);
      const [file, foreign] = [path, other].map((name) => JSON.parse(readFileSync(name, 'utf8')));
      writeFileSync(path, JSON.stringify({ ...file, [use]: foreign[use] }));
      const refusal = expect.objectContaining({ code: 'keys_wrong', details: { keys: use } });
      await expect(bindDatabaseToKeys(db, keyIds(await loadKeys(path, true)))).rejects.toThrow(refusal);
    },
  );

  test('a damaged file is refused, and nothing of it is repeated', async () => {
    const path = keyFile();
    await loadKeys(path, false);
    const whole = readFileSync(path, 'utf8');
    for (const damaged of [
      '',
      whole.slice(0, 200),
      whole.replace(/"blindIndexKey": "..../, '"blindIndexKey": "'),
      '{}',
    ]) {
      writeFileSync(path, damaged);
      const refusal: Error = (await loadKeys(path, true).catch((error: Error) => error)) as Error;
      expect(refusal).toEqual(coded('keys_malformed'));
      const secret = JSON.parse(whole).keyEncryptionKey;
      expect(JSON.stringify(refusal) + refusal.message + String(refusal.cause)).not.toContain(secret);
    }
  });
});
