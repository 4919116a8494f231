-- Pictures and documents that records name by the hash of their bytes, such as photos of certificates.
-- They are kept byte for byte, apart from the records: no record rests on them, a rebuild leaves them
-- alone, `check` does not look at them, and one that is erased leaves its hash in the log. `size`, `party`
-- and `sent_at` bound what one party may send within a day. The twin for PostgreSQL has the same table.
CREATE TABLE attached (
    hash BLOB PRIMARY KEY NOT NULL,
    media TEXT NOT NULL,
    bytes BLOB NOT NULL,
    size INTEGER NOT NULL,
    party TEXT NOT NULL,
    sent_at INTEGER NOT NULL
) STRICT;
-- What a party sent lately.
CREATE INDEX attached_party ON attached (party, sent_at);
