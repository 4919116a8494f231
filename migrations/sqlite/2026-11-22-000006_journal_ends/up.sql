-- The journal of accesses ends somewhere: what is older than it has to be kept may be deleted, the
-- oldest first, after it was said up to when. What is younger can still be neither changed nor
-- deleted. The twin for PostgreSQL has the same table.

-- One row: accesses before this moment (seconds since 1970) may be gone. It only moves on.
CREATE TABLE journal_horizon (
    one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    before_at INTEGER NOT NULL
) STRICT;
INSERT INTO journal_horizon (one, before_at) VALUES (1, 0);

CREATE TRIGGER journal_horizon_moves_on BEFORE UPDATE ON journal_horizon
WHEN NEW.one <> OLD.one OR NEW.before_at < OLD.before_at
BEGIN SELECT RAISE(ABORT, 'history is only ever added to: journal_horizon'); END;

CREATE TRIGGER journal_horizon_stays BEFORE DELETE ON journal_horizon
BEGIN SELECT RAISE(ABORT, 'history is only ever added to: journal_horizon'); END;

DROP TRIGGER access_note_no_delete;
CREATE TRIGGER access_note_no_delete BEFORE DELETE ON access_note
WHEN OLD.at >= (SELECT before_at FROM journal_horizon)
BEGIN SELECT RAISE(ABORT, 'history is only ever added to: access_note'); END;
