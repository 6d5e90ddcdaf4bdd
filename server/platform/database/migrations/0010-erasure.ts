import { type Kysely, sql } from 'kysely';

/**
 * A subject can be erased: sealed bodies go, headers and hashes stay so that the chain can still be checked, and of the person stays what keeps
 * them from being contacted again, by the blind index of the number (GDPR Art. 17(3)(b) and (e)).
 */
const statements = [
  `alter table records alter column sealed drop not null`,
  `create table suppressions (
    blind_index text collate "C" not null,
    server_sequence bigint not null,
    suppressed_on date not null,
    scope text not null,
    primary key (blind_index, server_sequence)
  )`,
  `create index subject_numbers_subject on subject_numbers (subject_id)`,
];

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
