-- Forgets every invitation: for tests and for a database that holds nothing yet.
DROP TABLE invitation;
