import type { Tables } from './types.ts';

/**
 * By which column a distributed PostgreSQL (Citus, YugabyteDB and the like) spreads each table; `reference` for what is small and read
 * everywhere, and so stands whole on every node. Every key and foreign key of a table has its column in it: one that had not could
 * not be checked on one node. `npm run check` compares this with the database, and the server's tests run on tables that are spread.
 */
export const distribution: Record<keyof Tables, string> = {
  server_state: 'reference',
  installation_keys: 'reference',
  left_out_sequences: 'reference',
  published_notices: 'reference',
  configuration_revisions: 'reference',
  enrolment_codes: 'reference',
  api_keys: 'reference',
  audit_lock: 'reference',
  audit_entries: 'reference',
  kiosks: 'id',
  kiosk_events: 'kiosk_id',
  unwritten_journal_lines: 'id',
  request_nonces: 'kiosk_id',
  records: 'kiosk_id',
  sealed_bodies: 'kiosk_id',
  unopened_records: 'kiosk_id',
  stray_records: 'kiosk_id',
  gaps: 'kiosk_id',
  countersignatures: 'kiosk_id',
  alarms: 'kiosk_id',
  subjects: 'id',
  opened_records: 'subject_id',
  verifications: 'subject_id',
  sent_messages: 'subject_id',
  server_events: 'subject_id',
  subject_numbers: 'blind_index',
  suppressions: 'blind_index',
  number_blocks: 'block',
};
