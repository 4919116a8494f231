//! Names of entries: which entries a record's id, or a number of a feed, may mean.
//!
//! Names are hashes, so an index over them is written all over: one page a record and index. On
//! SQLite, whose log holds whole pages, that was nearly half of what an append wrote. So the newest
//! names are kept in memory, and in the database a batch a row (`entry_recent`); when there are
//! enough, those of one slice of the range go into `entry_name`, then those of the next. A page is
//! written once for many records. What every slice has had its turn with since it came is taken out
//! of `entry_recent`. PostgreSQL logs changes and not pages; it keeps plain indexes.
//!
//! Memory is a copy of `entry_recent` and never believed for a view of the database that it may
//! not cover: another process may have appended, or the view may be old. Then the view itself is
//! read.

mod recent;
mod sum;
#[cfg(test)]
mod tests;

pub use sum::NamesSum;

use super::append::NewEntry;
use super::convert::Result;
use super::db::Db;
use super::schema::entry;
use diesel::SqliteConnection;
use diesel::prelude::*;
use recent::{Named, Recent, Turn};
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard};

/// Names that wait for their slice at most, unless told otherwise: those of 65,536 entries.
pub const WAITING_MAX: usize = 131_072;

/// The names of a ledger's entries.
pub(super) struct Names {
    recent: Mutex<Recent>,
}

/// What a transaction put into the names; it counts when the transaction is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Added {
    batches: Option<i64>,
}

impl Names {
    pub(super) const fn new(waiting_max: usize) -> Self {
        Self {
            recent: Mutex::new(Recent::new(waiting_max)),
        }
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(|poisoned| {
            // Somebody panicked half way: nothing in it may be believed.
            let mut recent = poisoned.into_inner();
            recent.forget();
            self.recent.clear_poison();
            recent
        })
    }

    /// Names the entries of a batch.
    pub(super) fn add(
        &self,
        db: &mut Db,
        entries: &[NewEntry<'_>],
        added: &mut Added,
    ) -> Result<()> {
        let Db::Sqlite(conn) = db else {
            return Ok(());
        };
        let mut named = Vec::with_capacity(entries.len());
        for entry in entries {
            named.push(Named::of(entry.key, entry.record)?);
        }
        if !named.is_empty() {
            added.batches = Some(self.recent().add(conn, &named)?);
        }
        Ok(())
    }

    /// What a transaction added is committed.
    pub(super) fn committed(&self, added: Added) {
        if let Some(batches) = added.batches {
            self.recent().committed(batches);
        }
    }

    /// A transaction was undone, or nobody knows.
    pub(super) fn undone(&self, added: Added) {
        if added.batches.is_some() {
            self.recent().forget();
        }
    }

    /// Empties the names, before all entries are named anew.
    pub(super) fn clear(&self, db: &mut Db) -> Result<()> {
        if let Db::Sqlite(_) = db {
            db.run(
                "DELETE FROM entry_name; DELETE FROM entry_recent;
                 UPDATE entry_turn SET batches = 0, slice = 0, since = 0, oldest = 0;",
            )?;
            self.recent().forget();
        }
        Ok(())
    }

    /// Entries that may have one of these names, in a view or under the write lock. They may also be
    /// entries that the view does not have, or that were never committed.
    fn find(&self, conn: &mut SqliteConnection, names: &[i64]) -> Result<Vec<i64>> {
        let view = Turn::read(conn)?;
        let mut found = BTreeSet::new();
        let is_found = self.recent().find(conn, view, names, &mut found)?;
        if !is_found {
            recent::of_view(conn, names, &mut found)?;
        }
        recent::of_table(conn, names, &mut found)?;
        Ok(found.into_iter().collect())
    }

    /// Entries whose ids may begin with these bytes.
    pub(super) fn of_ids(&self, db: &mut Db, prefixes: &[i64]) -> Result<Vec<i64>> {
        match db {
            Db::Sqlite(conn) => self.find(conn, prefixes),
            Db::Postgres(conn) => {
                let rows = entry::table
                    .filter(entry::id_prefix.eq_any(prefixes))
                    .select(entry::key);
                Ok(rows.load(&mut **conn)?)
            }
        }
    }

    /// Entries from `from` on that may be of the feed of a key, in no order. However far apart their
    /// numbers are: on SQLite by the range of names in which a feed lies, on PostgreSQL by `entry_feed`.
    pub(super) fn of_feed(&self, db: &mut Db, kid_prefix: i64, from: i64) -> Result<Vec<i64>> {
        match db {
            Db::Sqlite(conn) => {
                let view = Turn::read(conn)?;
                let range = recent::feed_range(kid_prefix);
                let mut found = BTreeSet::new();
                let is_found = self.recent().find_in(conn, view, &range, &mut found)?;
                if !is_found {
                    recent::range_of_view(conn, &range, &mut found)?;
                }
                found.retain(|entry| *entry >= from);
                recent::range_of_table(conn, &range, from, &mut found)?;
                Ok(found.into_iter().collect())
            }
            Db::Postgres(conn) => {
                let rows = entry::table
                    .filter(entry::kid_prefix.eq(kid_prefix))
                    .filter(entry::key.ge(from))
                    .select(entry::key);
                Ok(rows.load(&mut **conn)?)
            }
        }
    }

    /// Entries that may be these numbers of the feed of a key.
    pub(super) fn of_numbers(
        &self,
        db: &mut Db,
        kid_prefix: i64,
        seqs: &[i64],
    ) -> Result<Vec<i64>> {
        match db {
            Db::Sqlite(conn) => {
                let names: Vec<i64> = seqs
                    .iter()
                    .map(|seq| recent::feed_name(kid_prefix, *seq))
                    .collect();
                self.find(conn, &names)
            }
            Db::Postgres(conn) => {
                let rows = entry::table
                    .filter(entry::kid_prefix.eq(kid_prefix))
                    .filter(entry::seq.eq_any(seqs))
                    .select(entry::key);
                Ok(rows.load(&mut **conn)?)
            }
        }
    }
}
