-- At which site a receipt was signed that waits for its dispatch. A half whose other half does not come is told at
-- the desk of that site, and a desk must not read all that waits to find it. What waited before is told when it is
-- submitted again, which the phone that signed it does by itself. The twin for PostgreSQL does the same.
ALTER TABLE parked ADD COLUMN site TEXT;
CREATE INDEX parked_at_site ON parked (site, parked_at);
