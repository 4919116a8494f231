-- Whoever is signed in, and who saw what: so that several servers on one database know the same
-- sessions, a challenge works once wherever it is answered, and no look at a trade or personal value
-- is forgotten. None of this is part of the ledger: it is no projection, a rebuild leaves it alone,
-- and `check` does not look at it. The twin for SQLite has the same tables, columns and indexes.

-- Sessions, by the SHA-256 of a secret that only the holder has. What a session may see is not here:
-- the standing of its key is looked up at every use.
CREATE TABLE session (
    hash BYTEA PRIMARY KEY NOT NULL,
    kid BYTEA NOT NULL,
    kind BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
-- The oldest sessions of a key end when it opens too many.
CREATE INDEX session_kid ON session (kid, made_at);
-- What has expired is swept.
CREATE INDEX session_expires ON session (expires_at);

-- Challenges that were answered, until their time is over: each works once.
CREATE TABLE answered_challenge (
    hash BYTEA PRIMARY KEY NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX answered_challenge_expires ON answered_challenge (expires_at);

-- Each access to trade or personal values: who, as whom and on what grounds, whose, which record
-- (`log << 40 | index`), which class, what for. It is written before the answer is sent.
CREATE TABLE access_note (
    number BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    at BIGINT NOT NULL,
    kid BYTEA NOT NULL,
    party TEXT,
    role TEXT NOT NULL,
    relation TEXT NOT NULL,
    entry BIGINT NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    class TEXT NOT NULL,
    purpose TEXT
);
-- A party asks who saw its values, the newest first.
CREATE INDEX access_note_owner ON access_note (owner, number);

CREATE TRIGGER access_note_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON access_note
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Whether a party holds a lot, and what sites it has, is asked at every look at a paper.
CREATE INDEX site_party ON site (party);
