//! When entries were admitted: the beat that stands before each.

use super::convert::{Result, corrupt};
use super::db::on_both;
use super::read::Reader;
use super::schema::entry;
use crate::core::custody::{EntryKey, LogNo};
use crate::core::record::{Body, Record, RecordId};
use crate::core::time::UnixSeconds;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
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
        for key in entries {
            // Written out, or else the index over beats alone would not be used.
            let row = entry::table
                .filter(sql::<Bool>("kind = 1"))
                .filter(entry::log.eq(i64::from(log.number())))
                .filter(entry::key.le(key.get()))
                .order(entry::key.desc())
                .select(entry::key);
            let beat: Option<i64> = on_both!(self.db, conn => row.first(conn).optional())?;
            let beat =
                beat.ok_or_else(|| corrupt("an entry before the first beat", key.index()))?;
            places.insert(*key, EntryKey::from_i64(beat));
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

    /// The first entry of a log that was admitted at this moment or later; the place behind the last if
    /// none was. Beats never go back, so that the place is found by halves.
    ///
    /// # Errors
    /// What the database reports; a log that does not begin with a beat.
    pub fn first_since(&mut self, log: LogNo, at: UnixSeconds) -> Result<EntryKey> {
        let key = |index| EntryKey::new(log, index).ok_or_else(|| corrupt("index", index));
        let size = self.head(log)?.map_or(0, |head| head.size);
        let (mut from, mut beyond) = (0, size);
        while from < beyond {
            let middle = u64::midpoint(from, beyond);
            let looked_at = key(middle)?;
            let beats = self.beats_at(log, &[looked_at])?;
            let is_early = beats.get(&looked_at).is_some_and(|beat| beat.at < at);
            match is_early {
                true => from = middle.saturating_add(1),
                false => beyond = middle,
            }
        }
        key(from)
    }
}
