//! When entries were admitted: the beat that stands before each. A node numbers its beats in its
//! own feed by their place in the log, so the feed's index finds them.

use super::convert::{Result, corrupt, signed, unsigned};
use super::db::on_both;
use super::read::Reader;
use super::schema::entry;
use crate::core::custody::{EntryKey, LogNo};
use crate::core::record::{Body, Record, RecordId};
use crate::core::time::UnixSeconds;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// A beat: its place, its id, and the time it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BeatAt {
    /// Its place.
    pub key: EntryKey,
    /// Its id.
    pub id: RecordId,
    /// The node's clock.
    pub at: UnixSeconds,
}

impl Reader<'_> {
    /// The beat in force at each of these entries of a log; a beat is in force at itself.
    ///
    /// # Errors
    /// What the database reports; a log that does not begin with a beat.
    pub fn beats_at(
        &mut self,
        log: LogNo,
        entries: &[EntryKey],
    ) -> Result<BTreeMap<EntryKey, BeatAt>> {
        let mut places: BTreeMap<EntryKey, EntryKey> = BTreeMap::new();
        let genesis = EntryKey::new(log, 0).ok_or_else(|| corrupt("log", log.number()))?;
        let node: Option<i64> = {
            let row = entry::table.find(genesis.get()).select(entry::kid_prefix);
            on_both!(self.db, conn => row.first(conn).optional())?
        };
        let node = node.ok_or_else(|| corrupt("a log without a beginning", log.number()))?;
        for key in entries {
            let index = signed(key.index())?;
            let row = entry::table
                .filter(
                    entry::kid_prefix
                        .eq(node)
                        .and(entry::seq.le(index))
                        .and(entry::log.eq(i64::from(log.number()))),
                )
                .order(entry::seq.desc())
                .select(entry::seq);
            let seq: Option<i64> = on_both!(self.db, conn => row.first(conn).optional())?;
            let seq =
                unsigned(seq.ok_or_else(|| corrupt("an entry before the first beat", index))?)?;
            let beat = EntryKey::new(log, seq).ok_or_else(|| corrupt("place of a beat", seq))?;
            places.insert(*key, beat);
        }
        let mut beats: Vec<EntryKey> = places.values().copied().collect();
        beats.dedup();
        let mut read = BTreeMap::new();
        for stored in self.entries_at(&beats)? {
            let record: Record = stored
                .record(|_| false)
                .map_err(|cause| corrupt("beat", cause))?;
            let Body::Beat(body) = &record.body else {
                return Err(corrupt("a beat that is none", stored.key.index()));
            };
            read.insert(
                stored.key,
                BeatAt {
                    key: stored.key,
                    id: record.id,
                    at: body.at,
                },
            );
        }
        let found = |beat: &EntryKey| {
            read.get(beat)
                .copied()
                .ok_or_else(|| corrupt("a missing beat", beat.index()))
        };
        places
            .iter()
            .map(|(entry, beat)| Ok((*entry, found(beat)?)))
            .collect()
    }
}
