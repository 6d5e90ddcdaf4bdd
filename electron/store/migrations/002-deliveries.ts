/**
 * What the server countersigned, as runs of records instead of a time in each: noting a delivered batch writes one row, and
 * the pages with the sealed bodies stay as they are until they are erased.
 */
export const deliveries = `
CREATE TABLE deliveries (
  first        INTEGER PRIMARY KEY,
  last         INTEGER NOT NULL CHECK (last >= first),
  delivered_at TEXT NOT NULL,            -- server time of the countersignature that covers these records
  erased       INTEGER NOT NULL DEFAULT 0 -- 1 once their bodies are erased
) STRICT;

CREATE INDEX deliveries_to_erase ON deliveries (delivered_at) WHERE erased = 0;

INSERT INTO deliveries
SELECT sequence, sequence, delivered_at, sealed IS NULL FROM records WHERE delivered_at IS NOT NULL;

DROP INDEX records_to_erase;
ALTER TABLE records DROP COLUMN delivered_at;
`;
