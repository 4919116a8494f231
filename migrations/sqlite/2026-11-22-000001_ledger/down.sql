-- Takes the ledger away: for tests and for a database that holds nothing yet.
DROP TABLE finding;
DROP TABLE cite;
DROP TABLE about;
DROP TABLE paper;
DROP TABLE shipment;
DROP TABLE movement;
DROP TABLE lot;
DROP TABLE signing_key;
DROP TABLE site;
DROP TABLE party;
DROP TABLE parked;
DROP TABLE disclosure;
DROP TABLE head;
DROP TABLE tile;
DROP TABLE entry;
DROP TABLE instance;
