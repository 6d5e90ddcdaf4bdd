import { type Kysely, sql } from 'kysely';

/** Every key that the database belongs to stands here by its id, the secret ones too; a database that knows none of a use takes the first it sees. */
const statements = [
  `create table installation_keys (key_use text primary key, key_id text not null)`,
  `insert into installation_keys
     select 'signing', signing_key_id from server_state union all select 'seal', seal_key_id from server_state`,
  `alter table server_state drop column signing_key_id, drop column seal_key_id`,
];

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
