//! What is listed for everybody: recalls, and which lots were sent to a site.

use super::convert::Result;
use super::db::on_both;
use super::read::Reader;
use super::schema::{entry, movement};
use crate::core::custody::{EntryKey, LogNo, MoveKey};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

/// Lines that a record has room for in the order of keys: a line's key is its record's and ten bits.
const LINES_PER_ENTRY: i64 = 1 << 10;

impl Reader<'_> {
    /// Recalls, and what ended them: the newest at most `limit` of both together, newest first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn recalls_and_ends(&mut self, log: LogNo, limit: u32) -> Result<Vec<EntryKey>> {
        // Written out, or else the index over these two types would not be used.
        let newest = entry::table
            .filter(sql::<Bool>("kind IN (24, 25)"))
            .filter(entry::log.eq(i64::from(log.number())))
            .order(entry::key.desc())
            .limit(limit.into())
            .select(entry::key);
        let keys: Vec<i64> = on_both!(self.db, conn => newest.load(conn))?;
        Ok(keys.into_iter().map(EntryKey::from_i64).collect())
    }

    /// The lots of the lines of these entries, in the order of the lines.
    ///
    /// # Errors
    /// What the database reports.
    pub fn lots_in(&mut self, entries: &[EntryKey]) -> Result<Vec<(EntryKey, MoveKey)>> {
        let mut found = Vec::new();
        for of in entries {
            let first = of.get().saturating_mul(LINES_PER_ENTRY);
            let lots = movement::table
                .filter(movement::key.ge(first))
                .filter(movement::key.lt(first.saturating_add(LINES_PER_ENTRY)))
                .order(movement::key)
                .select(movement::lot);
            let lots: Vec<i64> = on_both!(self.db, conn => lots.load(conn))?;
            found.extend(lots.into_iter().map(|lot| (*of, MoveKey::from_i64(lot))));
        }
        Ok(found)
    }
}
