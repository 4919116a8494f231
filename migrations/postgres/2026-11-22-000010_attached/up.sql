-- Pictures and documents that records name by the hash of their bytes, such as photos of certificates.
-- They are kept byte for byte, apart from the records: no record rests on them, a rebuild leaves them
-- alone, `check` does not look at them, and one that is erased leaves its hash in the log. `size`, `party`
-- and `sent_at` bound what one party may send within a day. The twin for SQLite has the same table.
CREATE TABLE attached (
    hash BYTEA PRIMARY KEY NOT NULL,
    media TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    size BIGINT NOT NULL,
    party TEXT NOT NULL,
    sent_at BIGINT NOT NULL
);
-- What a party sent lately.
CREATE INDEX attached_party ON attached (party, sent_at);
