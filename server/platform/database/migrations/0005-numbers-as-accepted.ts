import { type Kysely, sql } from 'kysely';

/** A number that this server's metadata did not know had its record set aside; now it is opened like any other. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`update unopened_records set parked_code = null where parked_code = 'number_invalid'`.execute(db);
}
