-- Three things made an append write more pages the larger the ledger was. The twin for PostgreSQL has
-- the same tables, columns and indexes.

-- Where feeds stand, apart from the keys: a record moves its feed and leaves its key as it was, and rows
-- of this size lie closer together. A key without records has none.
CREATE TABLE feed (
    kid BLOB NOT NULL,
    log INTEGER NOT NULL,
    seq_max INTEGER NOT NULL,
    last_id BLOB NOT NULL,
    anchored INTEGER,
    PRIMARY KEY (kid, log)
) STRICT, WITHOUT ROWID;
INSERT INTO feed SELECT kid, log, seq_max, last_id, anchored FROM signing_key WHERE seq_max IS NOT NULL;
ALTER TABLE signing_key DROP COLUMN seq_max;
ALTER TABLE signing_key DROP COLUMN last_id;
ALTER TABLE signing_key DROP COLUMN anchored;

-- Whether something is left of a line. It changes once, what is left many times; an index that asks
-- for what is left would be written each time. Sites are as scattered as goods are, so the index holds
-- 32,768 entries of the log together, by site: appends write the newest of these, however many there are.
ALTER TABLE movement ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
UPDATE movement SET held = 1 WHERE left_amount > 0;
DROP INDEX movement_held;
CREATE INDEX movement_held ON movement (key >> 25, site) WHERE held = 1;

-- The same for the shipments of a site.
DROP INDEX shipment_from;
DROP INDEX shipment_to;
CREATE INDEX shipment_from ON shipment (key >> 15, from_site);
CREATE INDEX shipment_to ON shipment (key >> 15, to_site);
