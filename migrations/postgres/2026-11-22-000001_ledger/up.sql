-- The whole ledger on PostgreSQL: history that is only ever added to, sealed values that can be
-- erased, and projections that can be dropped and rebuilt from the two. The twin for SQLite has the
-- same tables, columns and indexes.
--
-- Integers name entries (log << 40 | index) and lines (entry << 10 | number), so keys grow in the
-- order of appending. Quantities are millionths, times Unix seconds, dates ISO 8601 text.

-- History ---------------------------------------------------------------------------------------

-- Which ledger this is. Written once, by init; a node opens no database that does not say so.
CREATE TABLE instance (
    uuid TEXT PRIMARY KEY NOT NULL,
    format BIGINT NOT NULL,
    origin TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- The signed bytes. `kid_entry` is the entry that granted the key (0 for a log's first record).
CREATE TABLE entry (
    key BIGINT PRIMARY KEY NOT NULL,
    log BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    id_prefix BIGINT NOT NULL,
    kid_prefix BIGINT NOT NULL,
    kid_entry BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    id BYTEA NOT NULL,
    jwt TEXT NOT NULL
);
-- Ids are looked up by their first eight bytes and compared whole: a quarter of the index.
CREATE INDEX entry_id ON entry (id_prefix);
-- One record per number of a feed: the last line of defence behind admission. The prefix comes
-- first because lookups begin with it; the granting entry tells keys apart whose prefixes collide.
CREATE UNIQUE INDEX entry_feed ON entry (kid_prefix, seq, kid_entry);

-- Hash tiles that are full and so never change; partial ones are derived.
CREATE TABLE tile (
    log BIGINT NOT NULL,
    level BIGINT NOT NULL,
    idx BIGINT NOT NULL,
    hashes BYTEA NOT NULL,
    PRIMARY KEY (log, level, idx)
);

-- What moves with every append -------------------------------------------------------------------

-- One row per log; locking it makes appends take turns.
CREATE TABLE head (
    log BIGINT PRIMARY KEY NOT NULL,
    origin TEXT NOT NULL,
    size BIGINT NOT NULL,
    root BYTEA NOT NULL,
    beat_at BIGINT NOT NULL,
    bumped BIGINT NOT NULL
);

-- Sealed values, apart from the records so that each class can be withheld or erased.
CREATE TABLE disclosure (
    entry BIGINT PRIMARY KEY NOT NULL,
    log BIGINT NOT NULL,
    balance TEXT,
    trade TEXT,
    personal TEXT
);

-- Receipts that arrived before their dispatch.
CREATE TABLE parked (
    id BYTEA PRIMARY KEY NOT NULL,
    log BIGINT NOT NULL,
    awaits BYTEA NOT NULL,
    awaits_prefix BIGINT NOT NULL,
    parked_at BIGINT NOT NULL,
    sd_jwt TEXT NOT NULL
);
CREATE INDEX parked_awaits ON parked (awaits_prefix);

-- Projections: rows depend on the log only ---------------------------------------------------------

CREATE TABLE party (
    id TEXT COLLATE "C" NOT NULL,
    log BIGINT NOT NULL,
    entry BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT,
    county BIGINT NOT NULL,
    agent TEXT,
    PRIMARY KEY (id, log)
);

CREATE TABLE site (
    id TEXT COLLATE "C" NOT NULL,
    log BIGINT NOT NULL,
    entry BIGINT NOT NULL,
    party TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    county BIGINT NOT NULL,
    open BIGINT NOT NULL,
    filed BIGINT NOT NULL,
    PRIMARY KEY (id, log)
);
-- Lines name a site by the entry that enrolled it.
CREATE INDEX site_entry ON site (entry);

-- Keys with their standing, and where the feed of each stands (empty before its first record).
CREATE TABLE signing_key (
    kid BYTEA NOT NULL,
    log BIGINT NOT NULL,
    jwk BYTEA NOT NULL,
    entry BIGINT NOT NULL,
    party TEXT NOT NULL,
    sites TEXT NOT NULL,
    role TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT,
    revoked BIGINT,
    suspect_since BIGINT,
    seq_max BIGINT,
    last_id BYTEA,
    anchored BIGINT,
    PRIMARY KEY (kid, log)
);

CREATE TABLE lot (
    key BIGINT PRIMARY KEY NOT NULL,
    log BIGINT NOT NULL,
    code TEXT NOT NULL,
    class TEXT NOT NULL,
    party TEXT NOT NULL,
    made_on TEXT NOT NULL,
    best_before TEXT
);
CREATE INDEX lot_code ON lot (code);

CREATE TABLE movement (
    key BIGINT PRIMARY KEY NOT NULL,
    log BIGINT NOT NULL,
    role BIGINT NOT NULL,
    lot BIGINT NOT NULL,
    site BIGINT NOT NULL,
    uom BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    of_line BIGINT,
    left_amount BIGINT NOT NULL,
    disputed BIGINT NOT NULL
);
-- Forward traces, and what answered a line.
CREATE INDEX movement_of ON movement (of_line) WHERE of_line IS NOT NULL;
-- All lines of a lot.
CREATE INDEX movement_lot ON movement (lot);
-- Holdings: small, because what is used up leaves the index.
CREATE INDEX movement_held ON movement (site) WHERE left_amount > 0;

CREATE TABLE shipment (
    key BIGINT PRIMARY KEY NOT NULL,
    log BIGINT NOT NULL,
    waybill TEXT NOT NULL,
    from_site TEXT NOT NULL,
    sender TEXT NOT NULL,
    to_site TEXT NOT NULL,
    carrier TEXT,
    sent_at BIGINT NOT NULL
);
CREATE INDEX shipment_waybill ON shipment (waybill);

CREATE TABLE paper (
    key BIGINT PRIMARY KEY NOT NULL,
    log BIGINT NOT NULL,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    valid_until TEXT,
    passed BIGINT,
    spender TEXT,
    uom BIGINT,
    left_amount BIGINT,
    lots TEXT NOT NULL
);
CREATE INDEX paper_number ON paper (number);

-- What statements are about: `lot/…`, `lot@…/…`, `site/…`, `record/…`.
CREATE TABLE about (
    subject TEXT COLLATE "C" NOT NULL,
    entry BIGINT NOT NULL,
    log BIGINT NOT NULL,
    PRIMARY KEY (subject, entry)
);

-- Which entry cites which, readable from both sides.
CREATE TABLE cite (
    cited BIGINT NOT NULL,
    entry BIGINT NOT NULL,
    log BIGINT NOT NULL,
    PRIMARY KEY (cited, entry)
);
CREATE INDEX cite_entry ON cite (entry);

-- `found_at` is the entry whose admission found it, `entry` the one it is about.
CREATE TABLE finding (
    found_at BIGINT NOT NULL,
    ord BIGINT NOT NULL,
    log BIGINT NOT NULL,
    entry BIGINT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (found_at, ord)
);
CREATE INDEX finding_entry ON finding (entry);

-- What must never happen, whatever the program does ------------------------------------------------

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is only ever added to: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER tile_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON tile
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER instance_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON instance
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_shrinking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a log never becomes shorter' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER head_grows BEFORE UPDATE ON head
FOR EACH ROW WHEN (NEW.size < OLD.size) EXECUTE FUNCTION refuse_shrinking();

CREATE TRIGGER head_stays BEFORE DELETE OR TRUNCATE ON head
FOR EACH STATEMENT EXECUTE FUNCTION refuse_shrinking();

CREATE FUNCTION refuse_replacing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a sealed value can be erased, not changed' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER disclosure_erases BEFORE UPDATE ON disclosure
FOR EACH ROW WHEN (
    NEW.entry <> OLD.entry OR NEW.log <> OLD.log
    OR NEW.balance <> OLD.balance OR NEW.trade <> OLD.trade OR NEW.personal <> OLD.personal
) EXECUTE FUNCTION refuse_replacing();

CREATE TRIGGER disclosure_stays BEFORE DELETE OR TRUNCATE ON disclosure
FOR EACH STATEMENT EXECUTE FUNCTION refuse_replacing();
