import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect, type Database } from '../../server/platform/database/connection.ts';
import { bindDatabaseToKeys } from '../../server/platform/database/installation.ts';
import {
  installationKeys,
  makeMasterKeyPrimary,
  masterKeysInUse,
} from '../../server/platform/database/installation-keys.ts';
import { migrate } from '../../server/platform/database/migrate.ts';
import { prepareMonths } from '../../server/platform/database/months.ts';
import { newMasterKey, readKeyFile, replaceKeyFile } from '../../server/platform/keys/key-file.ts';
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
    expect(rows[0]).toEqual({ name: '0001-schema' });
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

  test('kept 14: each month of sealed bodies has a table of its own, made ahead, that can be dropped', async () => {
    await migrate(db);
    const others = [1, 2, 3].map(() => connect(database.url, () => undefined));
    await Promise.all([db, ...others].map((each) => prepareMonths(each, new Date('2026-11-30T23:59:59Z'))));
    await Promise.all(others.map((other) => other.destroy()));
    const months = async () => (await tables()).filter((name) => /^sealed_bodies_\d/.test(name));
    expect(await months()).toEqual(['sealed_bodies_2026_11', 'sealed_bodies_2026_12', 'sealed_bodies_2027_01']);
    const store = (at: string) =>
      database.query("insert into sealed_bodies values (gen_random_uuid(), 1, 'hash', $1, '')", [at]);
    const stored = async () =>
      (await database.query('select tableoid::regclass::text as name from sealed_bodies order by 1')).rows.map(
        ({ name }) => name,
      );
    await store('2026-11-30T23:59:59.999Z');
    await store('2026-12-01T00:00:00Z');
    // A clock that was far ahead: nothing is refused, and the month does without a table when it comes.
    await store('2027-03-05T00:00:00Z');
    await prepareMonths(db, new Date('2027-01-31T00:00:00Z'));
    expect(await months()).toEqual(expect.arrayContaining(['sealed_bodies_2027_02']));
    expect(await months()).not.toContain('sealed_bodies_2027_03');
    await database.query('drop table sealed_bodies_2026_11');
    expect(await stored()).toEqual(['sealed_bodies_2026_12', 'sealed_bodies_other_months']);
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
    expect(await installationKeys(db)).toEqual([]);
    const keys = await loadKeys(keyFile(), false);
    await bindDatabaseToKeys(db, keyIds(keys));
    const path = keyFile();
    await expect(loadKeys(path, (await installationKeys(db)).length > 0)).rejects.toThrow(coded('keys_missing'));
    expect(existsSync(path)).toBe(false);
    const others = await loadKeys(path, false);
    await expect(bindDatabaseToKeys(db, keyIds(others))).rejects.toThrow(coded('keys_wrong'));
  });

  test.each([
    ['signing', 'signing'],
    ['seal', 'seal'],
    ['master', 'masterKeys'],
  ] as const)('kept 11: a %s key of another database is refused and named', async (use, field) => {
    await migrate(db);
    const path = keyFile();
    const ids = keyIds(await loadKeys(path, false));
    await bindDatabaseToKeys(db, ids);
    const other = keyFile();
    await loadKeys(other, false);
    const [file, foreign] = [path, other].map((name) => JSON.parse(readFileSync(name, 'utf8')));
    writeFileSync(path, JSON.stringify({ ...file, [field]: foreign[field] }));
    const refusal = expect.objectContaining({ code: 'keys_wrong', details: { keys: `${use} ${ids[use]}` } });
    await expect(bindDatabaseToKeys(db, keyIds(await loadKeys(path, true)))).rejects.toThrow(refusal);
  });

  test('kept 11: every master key that the database uses has to be in the file, whichever is primary; one more does no harm', async () => {
    await migrate(db);
    const path = keyFile();
    const keys = await loadKeys(path, false);
    await bindDatabaseToKeys(db, keyIds(keys));
    const file = readKeyFile(path);
    const added = newMasterKey();
    replaceKeyFile(path, { ...file, masterKeys: [...file.masterKeys, added] });
    await bindDatabaseToKeys(db, keyIds(await loadKeys(path, true)));
    const [older, newer] = keys.master.idsInFile();
    expect(await masterKeysInUse(db)).toEqual({ primary: older, others: [] });
    await makeMasterKeyPrimary(db, newer ?? '');
    expect(await masterKeysInUse(db)).toEqual({ primary: newer, others: [older] });
    await bindDatabaseToKeys(db, keyIds(await loadKeys(path, true)));
    for (const [masterKeys, missing] of [
      [[added], older],
      [file.masterKeys, newer],
    ] as const) {
      replaceKeyFile(path, { ...file, masterKeys: [...masterKeys] });
      const refusal = expect.objectContaining({ code: 'keys_wrong', details: { keys: `master ${missing}` } });
      await expect(bindDatabaseToKeys(db, keyIds(await loadKeys(path, true)))).rejects.toThrow(refusal);
    }
  });

  test('a damaged file is refused, and nothing of it is repeated', async () => {
    const path = keyFile();
    await loadKeys(path, false);
    const whole = readFileSync(path, 'utf8');
    for (const damaged of [
      '',
      whole.slice(0, 200),
      whole.replace(/"masterKeys": \[\s*"..../, '"masterKeys": ["'),
      whole.replace(/"masterKeys": \[[^\]]*\]/, '"masterKeys": []'),
      '{}',
    ]) {
      writeFileSync(path, damaged);
      const refusal: Error = (await loadKeys(path, true).catch((error: Error) => error)) as Error;
      expect(refusal).toEqual(coded('keys_malformed'));
      const secret = JSON.parse(whole).masterKeys[0];
      expect(JSON.stringify(refusal) + refusal.message + String(refusal.cause)).not.toContain(secret);
    }
  });
});
