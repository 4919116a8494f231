-- Forgets which entry last said what a party or a site is.
ALTER TABLE party DROP COLUMN said;
ALTER TABLE site DROP COLUMN said;
