import { type Kysely, sql } from 'kysely';
import { auditTrail } from './0001/audit-trail.ts';
import { comments } from './0001/comments.ts';
import { installation } from './0001/installation.ts';
import { kiosks } from './0001/kiosks.ts';
import { subjects } from './0001/subjects.ts';

/*
 * Two groups of tables, those of a kiosk and those of a person, each keyed by its own column first, so that a distributed PostgreSQL can
 * spread each group by it; what is small and read everywhere is in neither (tools/checks/distributed-schema.ts). `collate "C"`: hashes
 * are compared as bytes, which is also faster. What else a column means stands in the database, as its comment.
 */

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of [...installation, ...kiosks, ...subjects, ...auditTrail])
    await sql.raw(statement).execute(db);
  for (const [table, { of, columns = {} }] of Object.entries(comments)) {
    if (of !== undefined) await sql`comment on table ${sql.table(table)} is ${sql.lit(of)}`.execute(db);
    for (const [column, meaning] of Object.entries(columns)) {
      await sql`comment on column ${sql.ref(`${table}.${column}`)} is ${sql.lit(meaning)}`.execute(db);
    }
  }
}
