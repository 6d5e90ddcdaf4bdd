/**
 * The last countersignature is kept whole, because only a later one takes its place. A server restored from a backup signs in
 * another epoch, and its proof is kept beside the one from before.
 */
export const laterCountersignatures = `
-- What last_countersignature is the hash of. NULL: the one given at enrolment.
ALTER TABLE chain_origin ADD COLUMN last_document TEXT;
UPDATE chain_origin
SET last_document = (SELECT document FROM countersignatures ORDER BY server_time DESC, sequence DESC LIMIT 1);

CREATE TABLE proofs (
  sequence    INTEGER NOT NULL,
  chain_hash  TEXT NOT NULL,
  epoch       TEXT NOT NULL,
  server_time TEXT NOT NULL,
  document    TEXT NOT NULL,     -- the whole countersignature as the server gave it, for an audit
  PRIMARY KEY (sequence, chain_hash, epoch)
) STRICT, WITHOUT ROWID;

INSERT INTO proofs
SELECT sequence, chain_hash, coalesce(CASE WHEN json_valid(document) THEN document ->> 'epoch' END, ''), server_time, document
FROM countersignatures;
DROP TABLE countersignatures;
ALTER TABLE proofs RENAME TO countersignatures;
`;
