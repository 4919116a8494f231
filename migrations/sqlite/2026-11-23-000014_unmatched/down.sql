-- Forgets at which sites waiting receipts were signed.
DROP INDEX parked_at_site;
ALTER TABLE parked DROP COLUMN site;
