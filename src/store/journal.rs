//! The end of the journal of accesses: what no longer has to be kept is deleted, the oldest first, a
//! slice at a time, and it is said up to when. The database refuses to delete anything younger.

use super::Store;
use super::convert::{Result, time};
use super::db::on_both;
use super::read::Reader;
use super::schema::{access_note, journal_horizon};
use crate::core::time::UnixSeconds;
use diesel::prelude::*;

/// What was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pruned {
    /// Accesses.
    pub accesses: usize,
    /// Whether there may be more to delete.
    pub has_more: bool,
}

impl Store {
    /// Deletes accesses from before `cutoff`, at most `limit` of them, the oldest first.
    ///
    /// # Errors
    /// What the database reports; then nothing is deleted.
    pub fn prune_accesses(&self, cutoff: UnixSeconds, limit: u32) -> Result<Pruned> {
        // Nearly always there is nothing to do, and finding that out shall keep nobody from writing.
        let old = self.read(|reader| reader.oldest_accesses(cutoff, limit))?;
        let Some((last, newest_at)) = old.last().copied() else {
            return Ok(Pruned {
                accesses: 0,
                has_more: false,
            });
        };
        let horizon = old.iter().map(|(_, at)| *at).max().unwrap_or(newest_at);
        let accesses = self.aside(|db| {
            let raised = journal_horizon::before_at.eq(horizon.saturating_add(1));
            let lower = journal_horizon::table.filter(journal_horizon::before_at.le(horizon));
            on_both!(db, conn => diesel::update(lower).set(raised).execute(conn))?;
            let gone = access_note::table
                .filter(access_note::number.le(last))
                .filter(access_note::at.lt(cutoff.as_i64()));
            Ok(on_both!(db, conn => diesel::delete(gone).execute(conn))?)
        })?;
        Ok(Pruned {
            accesses,
            has_more: old.len() >= usize::try_from(limit).unwrap_or(usize::MAX),
        })
    }
}

impl Reader<'_> {
    /// Number and moment of the first accesses of the journal, as far as they are from before
    /// `cutoff`: at most `limit`. Accesses have numbers in the order of time, but for the differences
    /// between the clocks of several servers; behind one that is younger nothing is looked for.
    fn oldest_accesses(&mut self, cutoff: UnixSeconds, limit: u32) -> Result<Vec<(i64, i64)>> {
        let first = access_note::table
            .order(access_note::number)
            .limit(limit.into())
            .select((access_note::number, access_note::at));
        let first: Vec<(i64, i64)> = on_both!(self.db, conn => first.load(conn))?;
        let is_old = |(_, at): &(i64, i64)| *at < cutoff.as_i64();
        Ok(first.into_iter().take_while(is_old).collect())
    }

    /// The moment before which accesses may have been deleted; 0 if none were.
    ///
    /// # Errors
    /// What the database reports.
    pub fn journal_horizon(&mut self) -> Result<UnixSeconds> {
        let horizon = journal_horizon::table.select(journal_horizon::before_at);
        let horizon: i64 = on_both!(self.db, conn => horizon.first(conn))?;
        time(horizon)
    }
}
