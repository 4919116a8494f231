//! What somebody else appended: read under the lock, so that a process that appends beside others
//! keeps what they did not touch.

use super::append::AppendTx;
use super::convert::{Result, corrupt};
use super::db::{Db, on_both};
use super::schema::{cite, entry, movement};
use crate::core::custody::{EntryKey, LogNo, MoveKey};
use diesel::prelude::*;
use std::ops::Range;

/// What is in the log from some entry on, and what of before it changed.
#[derive(Debug, Default)]
pub struct Since {
    /// Entries with their signed bytes, in the order of the log.
    pub entries: Vec<(EntryKey, String)>,
    /// Lines that theirs answer; earlier ones and their own.
    pub answered: Vec<MoveKey>,
    /// Entries that they cite.
    pub cited: Vec<EntryKey>,
}

impl AppendTx<'_> {
    /// Everything from entry `size` on, up to the head.
    ///
    /// # Errors
    /// What the database reports.
    pub fn since(&mut self, size: u64) -> Result<Since> {
        let (log, end) = (self.log(), self.head().size);
        let done = since(self.db(), log, size..end);
        self.noted(done)
    }
}

fn since(db: &mut Db, log: LogNo, range: Range<u64>) -> Result<Since> {
    let key = |index| EntryKey::new(log, index).ok_or_else(|| corrupt("no such index", index));
    let (first, end) = (key(range.start)?, key(range.end)?);
    let entries = entry::table
        .filter(entry::key.ge(first.get()).and(entry::key.lt(end.get())))
        .order(entry::key)
        .select((entry::key, entry::jwt));
    let entries: Vec<(i64, String)> = on_both!(db, conn => entries.load(conn))?;
    let answered = movement::table
        .filter(movement::key.ge(first.line(0).get()))
        .filter(movement::key.lt(end.line(0).get()))
        .filter(movement::of_line.is_not_null())
        .select(movement::of_line.assume_not_null());
    let answered: Vec<i64> = on_both!(db, conn => answered.load(conn))?;
    let cited = cite::table
        .filter(cite::entry.ge(first.get()).and(cite::entry.lt(end.get())))
        .select(cite::cited);
    let cited: Vec<i64> = on_both!(db, conn => cited.load(conn))?;
    let key = |(key, jwt)| (EntryKey::from_i64(key), jwt);
    Ok(Since {
        entries: entries.into_iter().map(key).collect(),
        answered: answered.into_iter().map(MoveKey::from_i64).collect(),
        cited: cited.into_iter().map(EntryKey::from_i64).collect(),
    })
}
