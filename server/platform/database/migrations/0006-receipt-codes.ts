import { type Kysely, sql } from 'kysely';

/** A record is found by the code on its receipt, which is a hash of its id (protocol/record.ts): the same one, worked out here. */
export async function up(db: Kysely<never>): Promise<void> {
  const statement = `create index opened_records_receipt on opened_records (substring(sha256(record_id::text::bytea) for 5))`;
  await sql.raw(statement).execute(db);
}
