-- Forgets every report: for tests and for a database that holds nothing yet.
DROP TABLE report;
