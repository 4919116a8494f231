-- Invitations by which devices join: kept so that the code works once, whichever server is asked,
-- and so that whoever invited finds the keys that wait for their signature. None of this is part of
-- the ledger: an invitation grants nothing, only an `add_key` record does. It is no projection, a
-- rebuild leaves it alone, and `check` does not look at it. The twin for SQLite has the same table.

-- `id` and `code_hash` are two hashes of the code; the code itself is nowhere. `jwk`, `proof` and
-- `answered_at` are of the device that answered. No person's name is here.
CREATE TABLE invitation (
    id TEXT PRIMARY KEY NOT NULL,
    code_hash BYTEA NOT NULL,
    party TEXT NOT NULL,
    sites TEXT NOT NULL,
    role TEXT NOT NULL,
    label TEXT,
    made_by BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    kid BYTEA,
    jwk BYTEA,
    proof TEXT,
    answered_at BIGINT
);
-- How many of a key are open.
CREATE INDEX invitation_made_by ON invitation (made_by);
-- What waits for a signature, the oldest first.
CREATE INDEX invitation_answered ON invitation (answered_at, id) WHERE answered_at IS NOT NULL;
-- What is long over is swept.
CREATE INDEX invitation_expires ON invitation (expires_at);
