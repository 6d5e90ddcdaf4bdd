/**
 * Saving a record writes one row and no other. What is unsent is not noted at all: it is what was neither delivered nor refused.
 * The head of the chain is the last record, or its origin while there is none.
 */
export const unsent = `
CREATE TABLE rejections (
  sequence INTEGER PRIMARY KEY REFERENCES records (sequence),
  code     TEXT NOT NULL        -- why the server refused this record; such a record is parked, not sent again
) STRICT;

INSERT INTO rejections SELECT sequence, rejection FROM outbox WHERE rejection IS NOT NULL;
DROP TABLE outbox;

CREATE TABLE chain_origin (
  only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
  chain_hash TEXT NOT NULL,     -- what record 1 names as its predecessor
  last_countersignature TEXT NOT NULL
) STRICT;

INSERT INTO chain_origin
SELECT 1, coalesce((SELECT header ->> 'previousChainHash' FROM records WHERE sequence = 1), chain_hash), last_countersignature
FROM chain_head;
DROP TABLE chain_head;
`;
