import { type Kysely, sql } from 'kysely';

/**
 * Before and after come from a counter and no longer from clocks (docs/record-format.md section 7). What was here before is
 * numbered as the clock had it: two numbers for each millisecond, the higher one for what ends a consent.
 * What is read per person moves to the person, so that nobody goes back from there to the kiosk's records.
 */
const numbered = (time: string, add = 0): string => `(extract(epoch from ${time}) * 1000)::bigint * 2 + ${add}`;

const statements = [
  `create sequence server_sequence as bigint`,
  `select setval('server_sequence', greatest(1, ${numbered('coalesce(max(received_at), to_timestamp(0))', 2)})) from records`,

  `create table left_out_sequences (after bigint primary key, until bigint not null)`,

  `alter table records add column server_sequence bigint`,
  `update records set server_sequence = ${numbered('received_at', 1)}`,
  `alter table records alter column server_sequence set not null`,
  `alter table records add column named_server_sequence bigint, add column named_server_time timestamptz(3)`,

  `alter table countersignatures add column server_sequence bigint`,
  `update countersignatures set server_sequence = greatest(1, ${numbered('server_time')})`,
  `alter table countersignatures alter column server_sequence set not null`,
  `alter table countersignatures drop constraint countersignatures_pkey`,
  `alter table countersignatures drop constraint countersignatures_kiosk_id_hash_key`,
  `alter table countersignatures add primary key (kiosk_id, hash)`,
  `create index countersignatures_chain on countersignatures (kiosk_id, chain_hash)`,
  `create index countersignatures_newest on countersignatures (kiosk_id, server_sequence)`,

  `update records set named_server_sequence = countersignatures.server_sequence, named_server_time = countersignatures.server_time
   from countersignatures where countersignatures.kiosk_id = records.kiosk_id
     and countersignatures.hash = records.header::json ->> 'lastCountersignature'`,

  `alter table kiosks add column forked_from bigint`,
  `update kiosks set forked_from = forks.first from (
     select kiosk_id, min(sequence) as first from alarms where code = 'fork' group by kiosk_id
   ) as forks where kiosk_id = kiosks.id`,

  `alter table verifications add column confirmed_sequence bigint`,
  `update verifications set confirmed_sequence = ${numbered('confirmed_at')} where confirmed_at is not null`,

  `alter table server_events disable trigger server_events_append_only`,
  `alter table server_events add column server_sequence bigint`,
  `update server_events set server_sequence = ${numbered('happened_at', 1)}`,
  `alter table server_events alter column server_sequence set not null`,
  `alter table server_events enable trigger server_events_append_only`,

  `alter table opened_records add column sequence bigint, add column header text, add column ends_consent boolean, add column received_at timestamptz(3),
     add column server_sequence bigint, add column named_server_sequence bigint, add column named_server_time timestamptz(3)`,
  `update opened_records set sequence = records.sequence, header = records.header, received_at = records.received_at,
     server_sequence = records.server_sequence, named_server_sequence = records.named_server_sequence,
     named_server_time = records.named_server_time,
     ends_consent = (records.header::json ->> 'type') in ('withdrawn', 'number_changed')
   from records where records.kiosk_id = opened_records.kiosk_id and records.record_id = opened_records.record_id
     and records.chain_hash = opened_records.chain_hash`,
  `alter table opened_records alter column sequence set not null, alter column header set not null, alter column ends_consent set not null,
     alter column received_at set not null, alter column server_sequence set not null`,
];

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
