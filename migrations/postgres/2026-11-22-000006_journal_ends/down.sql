-- The journal is kept for ever again.
DROP TRIGGER access_note_no_delete ON access_note;
DROP FUNCTION refuse_young_access();
DROP TRIGGER access_note_no_change ON access_note;
CREATE TRIGGER access_note_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON access_note
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TABLE journal_horizon;
