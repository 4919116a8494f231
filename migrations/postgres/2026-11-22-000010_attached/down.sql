-- Forgets every picture and document beside the ledger: for tests and for a database that holds none.
DROP TABLE attached;
