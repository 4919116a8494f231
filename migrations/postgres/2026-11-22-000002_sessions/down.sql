-- Ends every session and forgets who saw what: for tests and for a database that holds nothing yet.
DROP INDEX site_party;
DROP TABLE access_note;
DROP TABLE answered_challenge;
DROP TABLE session;
