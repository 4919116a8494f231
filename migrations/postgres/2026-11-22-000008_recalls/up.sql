-- The recalls of the ledger and what ended them, for the public list: records of two types among all.
-- Both databases have the same index.
CREATE INDEX entry_recall ON entry (key) WHERE kind IN (24, 25);
