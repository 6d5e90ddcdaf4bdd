/**
 * Where a record stands is a column of it, and what is unsent an index. Before, it followed from runs of delivered records and a
 * list of refused ones.
 */
export const recordStates = `
ALTER TABLE records ADD COLUMN state TEXT NOT NULL DEFAULT 'unsent'
  CHECK (state IN ('unsent', 'delivered', 'refused', 'damaged'));
ALTER TABLE records ADD COLUMN delivered_at TEXT;   -- server time of the countersignature that covers this record
ALTER TABLE records ADD COLUMN problem TEXT;        -- why the server refused it, or what of it cannot be read
ALTER TABLE records ADD COLUMN refused_under TEXT;  -- the version of the server that refused it, as far as it is known
ALTER TABLE records ADD COLUMN is_withdrawal INTEGER NOT NULL DEFAULT 0;

UPDATE records SET is_withdrawal = 1 WHERE CASE WHEN json_valid(header) THEN header ->> 'type' END = 'withdrawn';
UPDATE records SET state = 'delivered', delivered_at = deliveries.delivered_at
FROM deliveries WHERE records.sequence BETWEEN deliveries.first AND deliveries.last;
UPDATE records SET state = 'refused', problem = rejections.code
FROM rejections WHERE records.sequence = rejections.sequence;
DROP TABLE deliveries;
DROP TABLE rejections;

CREATE INDEX records_unsent ON records (state) WHERE state = 'unsent';
CREATE INDEX records_unsent_withdrawals ON records (is_withdrawal) WHERE state = 'unsent' AND is_withdrawal = 1;
CREATE INDEX records_set_aside ON records (state) WHERE state IN ('refused', 'damaged');
CREATE INDEX records_to_erase ON records (delivered_at) WHERE state = 'delivered' AND sealed IS NOT NULL;
`;
