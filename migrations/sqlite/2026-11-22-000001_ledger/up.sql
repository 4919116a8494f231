-- The whole ledger on SQLite: history that is only ever added to, sealed values that can be erased,
-- and projections that can be dropped and rebuilt from the two. The twin for PostgreSQL has the same
-- tables, columns and indexes.
--
-- Integers name entries (log << 40 | index) and lines (entry << 10 | number), so keys grow in the
-- order of appending. Quantities are millionths, times Unix seconds, dates ISO 8601 text.

-- History ---------------------------------------------------------------------------------------

-- Which ledger this is. Written once, by init; a node opens no database that does not say so.
CREATE TABLE instance (
    uuid TEXT PRIMARY KEY NOT NULL,
    format INTEGER NOT NULL,
    origin TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- The signed bytes. `kid_entry` is the entry that granted the key (0 for a log's first record).
CREATE TABLE entry (
    key INTEGER PRIMARY KEY NOT NULL,
    log INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    id_prefix INTEGER NOT NULL,
    kid_prefix INTEGER NOT NULL,
    kid_entry INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,
    jwt TEXT NOT NULL
) STRICT;
-- Ids are looked up by their first eight bytes and compared whole: a quarter of the index.
CREATE INDEX entry_id ON entry (id_prefix);
-- One record per number of a feed: the last line of defence behind admission. The prefix comes
-- first because lookups begin with it; the granting entry tells keys apart whose prefixes collide.
CREATE UNIQUE INDEX entry_feed ON entry (kid_prefix, seq, kid_entry);

-- Hash tiles that are full and so never change; partial ones are derived.
CREATE TABLE tile (
    log INTEGER NOT NULL,
    level INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (log, level, idx)
) STRICT;

-- What moves with every append -------------------------------------------------------------------

-- One row per log; locking it makes appends take turns.
CREATE TABLE head (
    log INTEGER PRIMARY KEY NOT NULL,
    origin TEXT NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    beat_at INTEGER NOT NULL,
    bumped INTEGER NOT NULL
) STRICT;

-- Sealed values, apart from the records so that each class can be withheld or erased.
CREATE TABLE disclosure (
    entry INTEGER PRIMARY KEY NOT NULL,
    log INTEGER NOT NULL,
    balance TEXT,
    trade TEXT,
    personal TEXT
) STRICT;

-- Receipts that arrived before their dispatch.
CREATE TABLE parked (
    id BLOB PRIMARY KEY NOT NULL,
    log INTEGER NOT NULL,
    awaits BLOB NOT NULL,
    awaits_prefix INTEGER NOT NULL,
    parked_at INTEGER NOT NULL,
    sd_jwt TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX parked_awaits ON parked (awaits_prefix);

-- Projections: rows depend on the log only ---------------------------------------------------------

CREATE TABLE party (
    id TEXT NOT NULL,
    log INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT,
    county INTEGER NOT NULL,
    agent TEXT,
    PRIMARY KEY (id, log)
) STRICT, WITHOUT ROWID;

CREATE TABLE site (
    id TEXT NOT NULL,
    log INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    party TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    county INTEGER NOT NULL,
    open INTEGER NOT NULL,
    filed INTEGER NOT NULL,
    PRIMARY KEY (id, log)
) STRICT, WITHOUT ROWID;
-- Lines name a site by the entry that enrolled it.
CREATE INDEX site_entry ON site (entry);

-- Keys with their standing, and where the feed of each stands (empty before its first record).
CREATE TABLE signing_key (
    kid BLOB NOT NULL,
    log INTEGER NOT NULL,
    jwk BLOB NOT NULL,
    entry INTEGER NOT NULL,
    party TEXT NOT NULL,
    sites TEXT NOT NULL,
    role TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER,
    revoked INTEGER,
    suspect_since INTEGER,
    seq_max INTEGER,
    last_id BLOB,
    anchored INTEGER,
    PRIMARY KEY (kid, log)
) STRICT, WITHOUT ROWID;

CREATE TABLE lot (
    key INTEGER PRIMARY KEY NOT NULL,
    log INTEGER NOT NULL,
    code TEXT NOT NULL,
    class TEXT NOT NULL,
    party TEXT NOT NULL,
    made_on TEXT NOT NULL,
    best_before TEXT
) STRICT;
CREATE INDEX lot_code ON lot (code);

CREATE TABLE movement (
    key INTEGER PRIMARY KEY NOT NULL,
    log INTEGER NOT NULL,
    role INTEGER NOT NULL,
    lot INTEGER NOT NULL,
    site INTEGER NOT NULL,
    uom INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    of_line INTEGER,
    left_amount INTEGER NOT NULL,
    disputed INTEGER NOT NULL
) STRICT;
-- Forward traces, and what answered a line.
CREATE INDEX movement_of ON movement (of_line) WHERE of_line IS NOT NULL;
-- All lines of a lot.
CREATE INDEX movement_lot ON movement (lot);
-- Holdings: small, because what is used up leaves the index.
CREATE INDEX movement_held ON movement (site) WHERE left_amount > 0;

CREATE TABLE shipment (
    key INTEGER PRIMARY KEY NOT NULL,
    log INTEGER NOT NULL,
    waybill TEXT NOT NULL,
    from_site TEXT NOT NULL,
    sender TEXT NOT NULL,
    to_site TEXT NOT NULL,
    carrier TEXT,
    sent_at INTEGER NOT NULL
) STRICT;
CREATE INDEX shipment_waybill ON shipment (waybill);

CREATE TABLE paper (
    key INTEGER PRIMARY KEY NOT NULL,
    log INTEGER NOT NULL,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    valid_until TEXT,
    passed INTEGER,
    spender TEXT,
    uom INTEGER,
    left_amount INTEGER,
    lots TEXT NOT NULL
) STRICT;
CREATE INDEX paper_number ON paper (number);

-- What statements are about: `lot/…`, `lot@…/…`, `site/…`, `record/…`.
CREATE TABLE about (
    subject TEXT NOT NULL,
    entry INTEGER NOT NULL,
    log INTEGER NOT NULL,
    PRIMARY KEY (subject, entry)
) STRICT, WITHOUT ROWID;

-- Which entry cites which, readable from both sides.
CREATE TABLE cite (
    cited INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    log INTEGER NOT NULL,
    PRIMARY KEY (cited, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX cite_entry ON cite (entry);

-- `found_at` is the entry whose admission found it, `entry` the one it is about.
CREATE TABLE finding (
    found_at INTEGER NOT NULL,
    ord INTEGER NOT NULL,
    log INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (found_at, ord)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_entry ON finding (entry);

-- What must never happen, whatever the program does ------------------------------------------------

CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'history is only ever added to: entry'); END;

CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'history is only ever added to: entry'); END;

CREATE TRIGGER tile_no_update BEFORE UPDATE ON tile
BEGIN SELECT RAISE(ABORT, 'history is only ever added to: tile'); END;

CREATE TRIGGER tile_no_delete BEFORE DELETE ON tile
BEGIN SELECT RAISE(ABORT, 'history is only ever added to: tile'); END;

CREATE TRIGGER instance_no_update BEFORE UPDATE ON instance
BEGIN SELECT RAISE(ABORT, 'history is only ever added to: instance'); END;

CREATE TRIGGER instance_no_delete BEFORE DELETE ON instance
BEGIN SELECT RAISE(ABORT, 'history is only ever added to: instance'); END;

CREATE TRIGGER head_grows BEFORE UPDATE ON head WHEN NEW.size < OLD.size
BEGIN SELECT RAISE(ABORT, 'a log never becomes shorter'); END;

CREATE TRIGGER head_stays BEFORE DELETE ON head
BEGIN SELECT RAISE(ABORT, 'a log never becomes shorter'); END;

CREATE TRIGGER disclosure_erases BEFORE UPDATE ON disclosure
WHEN NEW.entry <> OLD.entry OR NEW.log <> OLD.log
    OR NEW.balance <> OLD.balance OR NEW.trade <> OLD.trade OR NEW.personal <> OLD.personal
BEGIN SELECT RAISE(ABORT, 'a sealed value can be erased, not changed'); END;

CREATE TRIGGER disclosure_stays BEFORE DELETE ON disclosure
BEGIN SELECT RAISE(ABORT, 'a sealed value can be erased, not changed'); END;
