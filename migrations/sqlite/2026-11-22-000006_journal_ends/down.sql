-- The journal is kept for ever again.
DROP TRIGGER access_note_no_delete;
CREATE TRIGGER access_note_no_delete BEFORE DELETE ON access_note
BEGIN SELECT RAISE(ABORT, 'history is only ever added to: access_note'); END;
DROP TABLE journal_horizon;
