-- Which entry last said what a party or a site is: the page of a shop shows licences and grade as they
-- were registered last, and finding that record took reading all. Rows that are there are given the entry
-- that enrolled them; `migrate` then makes all projections anew from the log, since no SQL can read
-- records. The twin for SQLite has the same columns.
ALTER TABLE party ADD COLUMN said BIGINT NOT NULL DEFAULT 0;
UPDATE party SET said = entry;
ALTER TABLE site ADD COLUMN said BIGINT NOT NULL DEFAULT 0;
UPDATE site SET said = entry;
