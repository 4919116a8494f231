-- The two indexes over `entry` whose keys are hashes made nearly half of what an append wrote: each
-- record fell on two pages of its own. Names replace them: the newest are kept a batch a row, and go
-- into the table in slices of their range, so that one page is written for many records. PostgreSQL
-- keeps the indexes; the names of the store are the same on both (src/store/names.rs).

-- A name is the first eight bytes of an id, or a number of a feed: the key's first 44 bits and the
-- number's last 20, so that a feed lies together. Several entries may share one; whoever looks reads
-- the entries and compares whole.
CREATE TABLE entry_name (
    name INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (name, entry)
) STRICT, WITHOUT ROWID;

-- The names of a batch: entry, name by id, name by number, eight bytes each, for every entry.
CREATE TABLE entry_recent (
    batch INTEGER PRIMARY KEY NOT NULL,
    places BLOB NOT NULL
) STRICT;

-- Whose turn it is. `batches` is the number of the next batch, `slice` the next slice to go into the
-- table, `since` the batch at which this turn through all slices began, `oldest` the first batch that
-- is kept: what came before it is in the table.
CREATE TABLE entry_turn (
    one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    batches INTEGER NOT NULL,
    slice INTEGER NOT NULL,
    since INTEGER NOT NULL,
    oldest INTEGER NOT NULL
) STRICT;

INSERT INTO entry_name
SELECT id_prefix AS name, key FROM entry
UNION
SELECT (kid_prefix & -1048576) | (seq & 1048575), key FROM entry
ORDER BY 1, 2;
INSERT INTO entry_turn VALUES (1, 0, 0, 0, 0);

DROP INDEX entry_id;
DROP INDEX entry_feed;

-- Beats are found by their place, without the feed's index.
CREATE INDEX entry_beat ON entry (log, key) WHERE kind = 1;
