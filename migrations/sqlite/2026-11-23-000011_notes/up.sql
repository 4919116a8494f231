-- Notes of a site: what its devices share beside the ledger (files of vehicles, timers of samples, how
-- often it checks itself, templates, tracks, consents), so that a lost phone does not take them along. They
-- are no part of the ledger: no record rests on them, a rebuild leaves them alone, and `check` does not look
-- at them. `number` counts the changes of one site, so that a device asks for what came after the last one it
-- knows. `said` holds what would be sealed in a record; it is emptied when a note is deleted, and the row that
-- stays tells other devices that it was. `party` and `size` bound what one party keeps. The twin for PostgreSQL
-- has the same table.
CREATE TABLE site_note (
    site TEXT NOT NULL,
    name TEXT NOT NULL,
    party TEXT NOT NULL,
    kind TEXT NOT NULL,
    number INTEGER NOT NULL,
    kid BLOB NOT NULL,
    kept_at INTEGER NOT NULL,
    said TEXT,
    size INTEGER NOT NULL,
    PRIMARY KEY (site, name)
) STRICT, WITHOUT ROWID;
-- What changed at a site since a number.
CREATE UNIQUE INDEX site_note_number ON site_note (site, number);
-- What a party keeps.
CREATE INDEX site_note_party ON site_note (party);
