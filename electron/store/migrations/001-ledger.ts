/**
 * The ledger: every record this kiosk made, in order; the outbox: which of them the server has not countersigned; the head of
 * the chain; what the server countersigned; and the few documents of the kiosk itself (JSON, each parsed by its own schema).
 * Hashes and signatures are base64url TEXT as they travel. No column can hold a number or a hash of one.
 */
export const ledger = `
CREATE TABLE records (
  sequence   INTEGER PRIMARY KEY,
  header     TEXT NOT NULL,
  body_hash  TEXT NOT NULL,
  sealed     BLOB,               -- NULL once the safety period after the countersignature is over
  signature  TEXT NOT NULL,
  chain_hash TEXT NOT NULL,
  delivered_at TEXT              -- server time of the countersignature that covers this record
) STRICT;

CREATE INDEX records_to_erase ON records (delivered_at) WHERE sealed IS NOT NULL AND delivered_at IS NOT NULL;

CREATE TABLE outbox (
  sequence  INTEGER PRIMARY KEY REFERENCES records (sequence),
  rejection TEXT                 -- why the server refused this record; such a record is parked, not sent again
) STRICT;

CREATE INDEX outbox_parked ON outbox (sequence) WHERE rejection IS NOT NULL;

CREATE TABLE chain_head (
  only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
  sequence   INTEGER NOT NULL,
  chain_hash TEXT NOT NULL,
  last_countersignature TEXT NOT NULL
) STRICT;

CREATE TABLE countersignatures (
  sequence    INTEGER NOT NULL,
  chain_hash  TEXT NOT NULL,
  server_time TEXT NOT NULL,
  document    TEXT NOT NULL,     -- the whole countersignature as the server gave it, for an audit
  PRIMARY KEY (sequence, chain_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
  name     TEXT PRIMARY KEY,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
