-- The journal of accesses ends somewhere: what is older than it has to be kept may be deleted, the
-- oldest first, after it was said up to when. What is younger can still be neither changed nor
-- deleted. The twin for SQLite has the same table.

-- One row: accesses before this moment (seconds since 1970) may be gone. It only moves on.
CREATE TABLE journal_horizon (
    one BIGINT PRIMARY KEY NOT NULL CHECK (one = 1),
    before_at BIGINT NOT NULL
);
INSERT INTO journal_horizon (one, before_at) VALUES (1, 0);

CREATE TRIGGER journal_horizon_moves_on BEFORE UPDATE ON journal_horizon
FOR EACH ROW WHEN (NEW.one <> OLD.one OR NEW.before_at < OLD.before_at)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_horizon_stays BEFORE DELETE OR TRUNCATE ON journal_horizon
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DROP TRIGGER access_note_no_change ON access_note;
CREATE TRIGGER access_note_no_change BEFORE UPDATE OR TRUNCATE ON access_note
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_young_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at >= (SELECT before_at FROM journal_horizon) THEN
        RAISE EXCEPTION 'history is only ever added to: %', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER access_note_no_delete BEFORE DELETE ON access_note
FOR EACH ROW EXECUTE FUNCTION refuse_young_access();
