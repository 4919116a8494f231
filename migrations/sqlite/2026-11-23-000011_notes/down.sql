-- Forgets every note of every site: for tests and for a database that holds none.
DROP TABLE site_note;
