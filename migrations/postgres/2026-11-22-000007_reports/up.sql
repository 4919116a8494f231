-- Reports of problems by whoever scanned a code. They are no part of the ledger: no record rests on
-- them, a rebuild leaves them alone, and `check` does not look at them. The twin for SQLite has the
-- same table.

-- `contact` is encrypted to a key whose other half is not on the server. `photo` is a JPEG that was
-- written anew, without what a camera adds. `due_on` is missing where the calendar of working days
-- does not reach so far.
CREATE TABLE report (
    number TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    lot TEXT NOT NULL,
    site TEXT,
    told TEXT NOT NULL,
    bought_at TEXT,
    contact BYTEA,
    photo BYTEA,
    made_at BIGINT NOT NULL,
    due_on TEXT,
    state TEXT NOT NULL,
    answer TEXT,
    answered_at BIGINT
);
-- What waits for an answer, the oldest first, and how many came lately.
CREATE INDEX report_made ON report (made_at, number);
