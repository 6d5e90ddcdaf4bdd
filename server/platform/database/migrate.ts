import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { CodedError } from '../../../shared/errors.ts';
import * as schema from './migrations/0001-schema.ts';
import type { Tables } from './types.ts';

/** In order, for ever: a migration that has run anywhere is never changed or removed. */
const migrations: Record<string, Migration> = {
  '0001-schema': schema,
};

/**
 * Brings the database to this program's schema, in one transaction. Several servers may start at the same time: one
 * waits for the other's migration, an hour at most (Kysely's own limit). A step over a large table takes as long as it takes. Only waiting for a lock is limited, to a minute: whoever waits for a
 * table makes all others wait behind it.
 * @throws CodedError database_newer, untouched, if a newer program has been here.
 */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  await db.connection().execute(async (connection) => {
    await sql`set statement_timeout = 0`.execute(connection);
    await sql`set lock_timeout = '60s'`.execute(connection);
    try {
      await migrateToLatest(connection);
    } finally {
      await sql`reset statement_timeout`.execute(connection);
      await sql`reset lock_timeout`.execute(connection);
    }
  });
}

async function migrateToLatest(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  await refuseNewerSchema(db);
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw new CodedError('migration_failed', {}, { cause: error });
}

async function refuseNewerSchema(db: Kysely<Tables>): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return;
  const done = await (db as unknown as Kysely<{ kysely_migration: { name: string } }>)
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  const unknown = done.filter(({ name }) => !Object.hasOwn(migrations, name));
  if (unknown.length > 0) throw new CodedError('database_newer', { unknownMigrations: unknown.length });
}
