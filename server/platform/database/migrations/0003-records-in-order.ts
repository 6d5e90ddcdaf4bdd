import { type Kysely, sql } from 'kysely';

/**
 * Two indexes on records instead of four, both of which grow at one end for each kiosk: a chain hash in front made every insert
 * go to another page. What the other two were for is answered by the order of the sequence numbers, and by the few records
 * that do not stand in it (server/modules/intake/known-records.ts).
 */
const statements = [
  `drop index records_sequence`,
  `drop index records_previous`,
  `alter table records drop constraint records_pkey`,
  `alter table records add primary key (kiosk_id, sequence, chain_hash)`,
  `alter table unopened_records add column sequence bigint`,
  `update unopened_records set sequence = records.sequence from records
    where records.kiosk_id = unopened_records.kiosk_id and records.chain_hash = unopened_records.chain_hash`,
  `alter table unopened_records drop constraint unopened_records_pkey`,
  `alter table unopened_records add primary key (kiosk_id, sequence, chain_hash)`,
  `create table stray_records (
    kiosk_id uuid not null,
    previous_chain_hash text collate "C" not null,
    sequence bigint not null,
    chain_hash text collate "C" not null,
    primary key (kiosk_id, previous_chain_hash, chain_hash)
  )`,
  // Some too many: those of sequence 1 that name their kiosk's genesis hash, which no table holds.
  `insert into stray_records
    select kiosk_id, previous_chain_hash, sequence, chain_hash from records as record
    where not exists (
      select from records as before
      where before.kiosk_id = record.kiosk_id and before.sequence = record.sequence - 1
        and before.chain_hash = record.previous_chain_hash
    )`,
];

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
