import { type Kysely, sql } from 'kysely';

/** API keys of integrations. One that is over stays as a row, because what was done with it names it. */
const statements = [
  `create table api_keys (
    id uuid primary key,
    name text not null,
    permissions text[] not null,
    secret_hash text collate "C" not null unique,
    created_at timestamptz(3) not null,
    ends_at timestamptz(3) not null,
    revoked_at timestamptz(3),
    last_used_at timestamptz(3)
  )`,
];

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
