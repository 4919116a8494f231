-- The shipments that a site sends and receives, the newest first, page by page. The twin for
-- SQLite has the same indexes.
CREATE INDEX shipment_from ON shipment (from_site, key);
CREATE INDEX shipment_to ON shipment (to_site, key);
