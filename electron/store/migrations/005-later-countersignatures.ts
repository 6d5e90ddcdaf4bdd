/**
 * The latest countersignature is kept whole, because only a later one takes its place. A server restored from a backup signs in
 * another epoch, and its proof is kept beside the one from before. What heartbeats gave is kept where a record names it.
 */
export const laterCountersignatures = `
-- What last_countersignature is the hash of. NULL: the one given at enrolment.
ALTER TABLE chain_origin ADD COLUMN last_document TEXT;

DROP TABLE countersignatures;
CREATE TABLE countersignatures (
  hash           TEXT PRIMARY KEY,
  sequence       INTEGER NOT NULL,
  chain_hash     TEXT NOT NULL,
  from_heartbeat INTEGER NOT NULL,  -- 1: the server kept no copy, so it goes along with the records that name it
  document       TEXT NOT NULL      -- the whole countersignature as the server gave it, for an audit
) STRICT, WITHOUT ROWID;
`;
