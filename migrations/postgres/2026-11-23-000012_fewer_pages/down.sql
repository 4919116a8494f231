DROP INDEX shipment_to;
DROP INDEX shipment_from;
CREATE INDEX shipment_from ON shipment (from_site, key);
CREATE INDEX shipment_to ON shipment (to_site, key);

DROP INDEX movement_held;
ALTER TABLE movement DROP COLUMN held;
CREATE INDEX movement_held ON movement (site) WHERE left_amount > 0;

ALTER TABLE signing_key ADD COLUMN seq_max BIGINT;
ALTER TABLE signing_key ADD COLUMN last_id BYTEA;
ALTER TABLE signing_key ADD COLUMN anchored BIGINT;
UPDATE signing_key SET seq_max = feed.seq_max, last_id = feed.last_id, anchored = feed.anchored
FROM feed WHERE feed.kid = signing_key.kid AND feed.log = signing_key.log;
DROP TABLE feed;
