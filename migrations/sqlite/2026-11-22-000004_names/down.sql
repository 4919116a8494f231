-- Back to two indexes, which need nothing but the entries.
DROP INDEX entry_beat;
CREATE INDEX entry_id ON entry (id_prefix);
CREATE UNIQUE INDEX entry_feed ON entry (kid_prefix, seq, kid_entry);
DROP TABLE entry_turn;
DROP TABLE entry_recent;
DROP TABLE entry_name;
