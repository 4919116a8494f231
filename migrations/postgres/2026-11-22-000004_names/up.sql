-- PostgreSQL keeps its two indexes over hashes: its log holds changes, not pages, so they cost what they
-- should. The tables of names that SQLite has (see the twin) are therefore not here.

-- Beats are found by their place, without the feed's index.
CREATE INDEX entry_beat ON entry (log, key) WHERE kind = 1;
