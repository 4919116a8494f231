//! For `check`: whether every entry has its names and nothing else has one, by count and sum.

use super::recent::{self, Named};
use crate::core::custody::EntryKey;
use crate::core::record::Record;
use crate::store::convert::Result;
use crate::store::db::Db;
use crate::store::read::Reader;
use crate::store::schema::entry_name;
use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use std::collections::BTreeSet;
use std::fmt;

/// An odd number without pattern (2^64 divided by the golden ratio), to mix bits.
const MIXER: u64 = 0x9e37_79b9_7f4a_7c15;

/// What all names come to, whatever their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NamesSum {
    count: u64,
    sum: u64,
}

impl fmt::Display for NamesSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} names with sum {:016x}", self.count, self.sum)
    }
}

impl NamesSum {
    /// Adds the names of the entry at `at`.
    pub fn add(&mut self, at: EntryKey, record: &Record) {
        // A number beyond what the store can hold is in no entry of it; the names then differ.
        let Ok(named) = Named::of(at, record) else {
            return;
        };
        self.add_place(named.id, named.entry);
        if named.number != named.id {
            self.add_place(named.number, named.entry);
        }
    }

    const fn add_place(&mut self, name: i64, entry: i64) {
        let mixed =
            (name.cast_unsigned() ^ entry.cast_unsigned().rotate_left(32)).wrapping_mul(MIXER);
        let mixed = mixed ^ (mixed >> 29);
        self.count = self.count.wrapping_add(1);
        self.sum = self.sum.wrapping_add(mixed.wrapping_mul(MIXER));
    }
}

impl Reader<'_> {
    /// What the names that are kept come to; none where they are indexes of the database.
    ///
    /// # Errors
    /// What the database reports.
    pub fn names_sum(&mut self) -> Result<Option<NamesSum>> {
        let Db::Sqlite(conn) = &mut *self.db else {
            return Ok(None);
        };
        let mut sum = NamesSum::default();
        let mut recent: BTreeSet<(i64, i64)> = recent::all_recent(conn)?;
        let rows = entry_name::table.select((entry_name::name, entry_name::entry));
        for row in rows.load_iter::<(i64, i64), DefaultLoadingMode>(&mut **conn)? {
            let (name, entry) = row?;
            recent.remove(&(name, entry));
            sum.add_place(name, entry);
        }
        for (name, entry) in recent {
            sum.add_place(name, entry);
        }
        Ok(Some(sum))
    }
}
