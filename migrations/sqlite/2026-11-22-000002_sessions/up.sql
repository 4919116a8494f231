-- Whoever is signed in, and who saw what: so that several servers on one database know the same
-- sessions, a challenge works once wherever it is answered, and no look at a trade or personal value
-- is forgotten. None of this is part of the ledger: it is no projection, a rebuild leaves it alone,
-- and `check` does not look at it. The twin for PostgreSQL has the same tables, columns and indexes.

-- Sessions, by the SHA-256 of a secret that only the holder has. What a session may see is not here:
-- the standing of its key is looked up at every use.
CREATE TABLE session (
    hash BLOB PRIMARY KEY NOT NULL,
    kid BLOB NOT NULL,
    kind INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- The oldest sessions of a key end when it opens too many.
CREATE INDEX session_kid ON session (kid, made_at);
-- What has expired is swept.
CREATE INDEX session_expires ON session (expires_at);

-- Challenges that were answered, until their time is over: each works once.
CREATE TABLE answered_challenge (
    hash BLOB PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX answered_challenge_expires ON answered_challenge (expires_at);

-- Each access to trade or personal values: who, as whom and on what grounds, whose, which record
-- (`log << 40 | index`), which class, what for. It is written before the answer is sent.
CREATE TABLE access_note (
    number INTEGER PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL,
    kid BLOB NOT NULL,
    party TEXT,
    role TEXT NOT NULL,
    relation TEXT NOT NULL,
    entry INTEGER NOT NULL,
    owner TEXT NOT NULL,
    class TEXT NOT NULL,
    purpose TEXT
) STRICT;
-- A party asks who saw its values, the newest first.
CREATE INDEX access_note_owner ON access_note (owner, number);

CREATE TRIGGER access_note_no_update BEFORE UPDATE ON access_note
BEGIN SELECT RAISE(ABORT, 'history is only ever added to: access_note'); END;

CREATE TRIGGER access_note_no_delete BEFORE DELETE ON access_note
BEGIN SELECT RAISE(ABORT, 'history is only ever added to: access_note'); END;

-- Whether a party holds a lot, and what sites it has, is asked at every look at a paper.
CREATE INDEX site_party ON site (party);
