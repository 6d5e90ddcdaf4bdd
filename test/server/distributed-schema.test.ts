import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../server/platform/database/connection.ts';
import { migrate } from '../../server/platform/database/migrate.ts';
import { distributedSchemaProblems } from '../../tools/checks/distributed-schema.ts';
import { createDatabase, type TestDatabase } from './database.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createDatabase();
  const db = connect(database.url, () => undefined);
  await migrate(db);
  await db.destroy();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

test('kept 14: the schema has nothing that a distributed PostgreSQL refuses', async () => {
  expect(await distributedSchemaProblems(client)).toEqual([]);
});

test.each([
  ['create table forgotten (a int)', ['forgotten: not in the distribution']],
  ['create unique index narrow on records (record_id)', ['records: the key narrow is without kiosk_id']],
  [
    'alter table gaps add constraint elsewhere foreign key (noticed_by) references kiosks (id)',
    ['gaps: the foreign key elsewhere leads to another node'],
  ],
  [
    'alter table gaps add column counted bigint generated always as identity',
    ['gaps: an identity column counts on one node alone'],
  ],
  [
    'create trigger each before insert on gaps for each row execute function refuse_change()',
    ['gaps: a trigger for each row'],
  ],
])('kept 14: the check of the schema finds it: %s', async (statement, problems) => {
  await client.query('begin');
  await client.query('alter table gaps add column noticed_by uuid');
  await client.query(statement);
  expect(await distributedSchemaProblems(client)).toEqual(problems);
  await client.query('rollback');
});

test('kept 14: a key of partitions counts as one', async () => {
  await client.query('begin');
  await client.query('alter table sealed_bodies drop constraint sealed_bodies_pkey');
  await client.query('alter table sealed_bodies add primary key (sequence, chain_hash, received_at)');
  expect(await distributedSchemaProblems(client)).toEqual([
    'sealed_bodies: the key sealed_bodies_pkey is without kiosk_id',
  ]);
  await client.query('rollback');
});
