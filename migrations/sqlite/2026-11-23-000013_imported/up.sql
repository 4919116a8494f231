-- Which record stands for which rows of an imported table. `name` is a hash of the party, the site and what the
-- rows say, with how many times the file has said it before; `record` the id of the record that was admitted for
-- them first. Another record that is submitted for the same rows is refused. It is no part of the ledger: nobody
-- signs it, a rebuild leaves it alone, `check` does not look at it, and records that were submitted without a name
-- have no row. A ledger of an earlier version begins with none: what was imported before is known by the lots and
-- waybills that are in the ledger, and by the devices that signed it. The twin for PostgreSQL has the same table.
CREATE TABLE imported (
    name BLOB NOT NULL PRIMARY KEY,
    record BLOB NOT NULL
) STRICT, WITHOUT ROWID;
