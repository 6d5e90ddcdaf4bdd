import type { ColumnType, Generated, Selectable } from 'kysely';

/**
 * The tables as Kysely sees them; the migrations are the truth. Hashes, keys and signatures are text (base64url), as they
 * travel. Intake tables start their keys with the kiosk, subject tables with the subject, so that a distributed
 * PostgreSQL can shard each group by its own column.
 */
export interface Tables {
  server_state: ServerStateTable;
  installation_keys: InstallationKeyTable;
  kiosks: KioskTable;
  configuration_revisions: ConfigurationRevisionTable;
  enrolment_codes: EnrolmentCodeTable;
  request_nonces: RequestNonceTable;
  records: RecordTable;
  sealed_bodies: SealedBodyTable;
  unopened_records: UnopenedRecordTable;
  stray_records: StrayRecordTable;
  gaps: GapTable;
  countersignatures: CountersignatureTable;
  alarms: AlarmTable;
  subjects: SubjectTable;
  subject_numbers: SubjectNumberTable;
  suppressions: SuppressionTable;
  opened_records: OpenedRecordTable;
  verifications: VerificationTable;
  sent_messages: SentMessageTable;
  number_blocks: NumberBlockTable;
  server_events: ServerEventTable;
  published_notices: PublishedNoticeTable;
  left_out_sequences: LeftOutSequenceTable;
  api_keys: ApiKeyTable;
  audit_lock: AuditLockTable;
  audit_entries: AuditEntryTable;
  unwritten_journal_lines: UnwrittenJournalLineTable;
  kiosk_events: KioskEventTable;
}

/** One row. `epoch` changes when the database was restored from a backup. */
interface ServerStateTable {
  one: Generated<boolean>;
  epoch: string;
  /** Of the journal that was kept since the database was made, or since the last restore; null before the first start. */
  journal_id: string | null;
  /**
   * Drawn when the database was restored and there was no journal to play back: what was agreed before counts only if it was confirmed
   * after this. Null: never.
   */
  confirmed_anew_after: number | null;
  /** Whether verifications of before that are still to be asked about. */
  asks_anew: Generated<boolean>;
}

/** The keys of the key file that something here is under. */
interface InstallationKeyTable {
  key_use: 'signing' | 'seal' | 'master';
  key_id: string;
  /**
   * `primary`: for what is new, one of each use. `rotating`: what is under it moves to the primary one. `kept`: under it is only what cannot be moved, or
   * is over soon.
   */
  state: 'primary' | 'rotating' | 'kept';
}

interface KioskTable {
  id: string;
  store_id: string;
  device_public_key: string;
  application_version: string;
  enrolled_at: Date;
  revoked_at: Date | null;
  last_seen_at: Date | null;
  highest_sequence: Generated<number>;
  /** The highest that came in order; what came ahead of its place may be higher. */
  in_order_sequence: Generated<number>;
  /** The lowest sequence number of which two records are here; from there on the chain proves no order. Null: it never forked. */
  forked_from: Generated<number | null>;
  delivered: Generated<number>;
}
export type Kiosk = Selectable<KioskTable>;

/** What servers brought at their start, numbered anew in each epoch. `digest` stands for all that it says. */
interface ConfigurationRevisionTable {
  epoch: string;
  revision: number;
  digest: string;
}

/** `name` is the first group of the code; the secret is kept as a keyed hash. */
interface EnrolmentCodeTable {
  name: string;
  secret_hash: string;
  /** Of the master key that it is hashed under. */
  key_id: string;
  store_id: string;
  expires_at: Date;
  wrong_attempts: Generated<number>;
  used_by: string | null;
}

interface RequestNonceTable {
  kiosk_id: string;
  nonce: string;
  expires_at: Date;
}

/** What a kiosk sent, as it came. Inserted once, never changed. */
interface RecordTable {
  kiosk_id: string;
  chain_hash: string;
  record_id: string;
  sequence: number;
  previous_chain_hash: string;
  header: string;
  body_hash: string;
  signature: string;
  received_at: Date;
  /** Null: what a proxy said of it was no address. */
  received_from: string | null;
  /** Drawn for the batch that brought it. */
  server_sequence: number;
  /** Of the countersignature that its header names: counter, and time as evidence. Null when this server never gave it. */
  named_server_sequence: number | null;
  named_server_time: Date | null;
}

/** What a record's header vouches for; gone once its subject was erased, or its month dropped. Partitioned by the month of `received_at`. */
interface SealedBodyTable {
  kiosk_id: string;
  sequence: number;
  chain_hash: string;
  received_at: Date;
  sealed: ColumnType<Buffer, Uint8Array, never>;
}

/** Waiting to be opened, or, with a code, parked: cannot be used, kept for head office. Deleted when opened. */
interface UnopenedRecordTable {
  kiosk_id: string;
  sequence: number;
  chain_hash: string;
  received_at: Date;
  /** What jobs name: records that came in together and are as urgent. */
  batch_id: string;
  /** Whether it stops something. */
  stops: boolean;
  parked_code: string | null;
  /** The version that could not use it. */
  parked_by: string | null;
}

/** Records whose predecessor was not here, with the sequence number before theirs, when they came. */
interface StrayRecordTable {
  kiosk_id: string;
  previous_chain_hash: string;
  sequence: number;
  chain_hash: string;
}

/** Sequence numbers below the kiosk's highest that have never arrived. */
interface GapTable {
  kiosk_id: string;
  first: number;
  last: number;
  noticed_at: Date;
  /** That head office has closed its alarm, and why. */
  closed_at: Date | null;
  closing_note: string | null;
}
export type Gap = Selectable<GapTable>;

interface CountersignatureTable {
  kiosk_id: string;
  chain_hash: string;
  epoch: string;
  hash: string;
  sequence: number;
  server_sequence: number;
  server_time: Date;
  signing_key_id: string;
  signature: string;
}
export type StoredCountersignature = Selectable<CountersignatureTable>;

/** One for each kiosk and code (server/modules/integrity/alarm-repository.ts). */
interface AlarmTable {
  kiosk_id: string;
  code: string;
  count: number;
  first_sequence: number;
  last_sequence: number;
  first_seen_at: Date;
  last_seen_at: Date;
  opened_at: Date;
  examples: string[];
  /** Null: open. */
  closed_at: Date | null;
  /** Null when it was over by itself. */
  closing_note: string | null;
}

/** Deleting a row destroys the key, and with it everything that was stored about the person. */
interface SubjectTable {
  id: string;
  wrapped_key: Buffer;
  /** Of the master key that wraps it. */
  key_id: string;
}

/** Keyed blind index of a number: finds the person without a number or a plain hash of one in the database. */
interface SubjectNumberTable {
  blind_index: string;
  /** Of the master key that it is hashed under. */
  key_id: string;
  subject_id: string;
}

/** Body under the subject's own key, which `subject_id` names; the manage token only as a hash. */
interface OpenedRecordTable {
  subject_id: string;
  kiosk_id: string;
  chain_hash: string;
  record_id: string;
  body: Buffer;
  /** Null for records without a page of their own, such as withdrawals. */
  manage_token_hash: string | null;
  store_id: string;
  sequence: number;
  type: string;
  /** As the kiosk signed it: evidence, never an order. */
  device_time: string;
  /** Whether it ends what was agreed for the number: a withdrawal, or a change to another number. */
  ends_consent: boolean;
  received_at: Date;
  server_sequence: number;
  /** `server_sequence` of the countersignature that the record names; null when this server never gave it. */
  named_server_sequence: number | null;
  /** Its time, as evidence. */
  named_server_time: Date | null;
  opened_at: Date;
}

/** One per record that agrees to something, under the number that has to confirm it. */
interface VerificationTable {
  subject_id: string;
  kiosk_id: string;
  chain_hash: string;
  /** Names it to the kiosk. */
  id: string;
  record_id: string;
  /** When a text with a link is due, unless confirmed before; null: not (any more). */
  due_at: Date | null;
  /** Keyed hash of the newest code; null when there is none or its tries are used up. */
  code_hash: string | null;
  /** Of the master key that the newest code was hashed under. */
  code_key_id: string | null;
  code_sent_at: Date | null;
  tries_left: Generated<number>;
  /** Of the token in the text with a link: whoever has it has the number. */
  link_hash: string | null;
  confirmed_at: Date | null;
  /** Drawn when it was confirmed. */
  confirmed_sequence: number | null;
  /** The number after which it was last asked about anew (`confirmed_anew_after`). */
  asked_after: Generated<number | null>;
}
export type Verification = Selectable<VerificationTable>;

/** That a text was sent, for the limits; neither number nor words. `block` is a keyed hash of the number's leading digits. */
interface SentMessageTable {
  subject_id: string;
  id: string;
  kind: string;
  kiosk_id: string;
  block: string;
  /** Of the master key that `block` is hashed under. */
  key_id: string;
  sent_at: Date;
}

/** Locked while a text to one of the block's numbers is counted. */
interface NumberBlockTable {
  block: string;
}

/** What people did at the server itself. The database refuses to change or delete a row. */
interface ServerEventTable {
  subject_id: string;
  id: string;
  kind: 'withdrawn';
  /**
   * `manage_page` was opened from a text and ends everything for the number; `receipt_page` ends its own record alone; `record` is a
   * kiosk's record that ends everything, known from the journal and not, or not yet again, from the kiosk.
   */
  source: 'manage_page' | 'receipt_page' | 'record';
  /** The record whose page it came from, or that it is. */
  kiosk_id: string;
  chain_hash: string;
  happened_at: Date;
  server_sequence: number;
  /** Of the record; null where it was not played back from the journal. */
  sequence: Generated<number | null>;
  known: KnownPlaces;
}

/** A number that was erased, and must not be contacted because of anything agreed before. No number is here, and no way to one. */
interface SuppressionTable {
  blind_index: string;
  /** Of the master key that it is hashed under. It stays the same until the number is seen again. */
  key_id: string;
  server_sequence: number;
  /** Read as a UTC day. */
  suppressed_on: Date;
  scope: 'everything';
  known: KnownPlaces;
}

/** What head office did to a kiosk. The newest holds. */
interface KioskEventTable {
  kiosk_id: string;
  server_sequence: number;
  kind: 'revoked' | 'reinstated' | 'readopted';
  happened_at: Date;
}

/** Sealed entries of the journal that are committed and not on its disk yet. */
interface UnwrittenJournalLineTable {
  id: string;
  line: string;
}

/**
 * Of what was played back from the journal, the last record of the number that each kiosk had delivered before it. Null where the
 * server's counter tells: whatever was accepted before it.
 */
type KnownPlaces = ColumnType<{ kioskId: string; sequence: number }[] | null, string | null | undefined, never>;

/** Every notice a kiosk can have shown, by its hash, for ever. `document` is the canonical JSON that was hashed. */
interface PublishedNoticeTable {
  hash: string;
  kind: 'notice' | 'privacy_notice';
  document: string;
  published_at: Date;
}

/** Numbers of the server's counter between these two were never given (server-sequence.ts). */
interface LeftOutSequenceTable {
  after: number;
  until: number;
}

/** Of an integration; also when it is over. The secret is here as its SHA-256 only. */
interface ApiKeyTable {
  id: string;
  name: string;
  permissions: string[];
  secret_hash: string;
  created_at: Date;
  ends_at: Date;
  revoked_at: Generated<Date | null>;
  /** To the hour. */
  last_used_at: Generated<Date | null>;
}
export type ApiKey = Selectable<ApiKeyTable>;

/** One row, which appending to the audit trail locks. */
interface AuditLockTable {
  one: Generated<boolean>;
}

/** The audit trail (server/platform/audit-trail). The database refuses to change or delete a row. */
interface AuditEntryTable {
  sequence: number;
  recorded_at: Date;
  principal_kind: string;
  principal_id: string | null;
  action: string;
  about_kind: string | null;
  about_id: string | null;
  outcome: string;
  previous_hash: string;
  hash: string;
}
