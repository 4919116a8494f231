//! The newest names on SQLite: in memory, a batch a row in the database, and on their way into the
//! table slice by slice.

use crate::core::custody::EntryKey;
use crate::core::record::Record;
use crate::store::convert::{Result, corrupt, signed};
use crate::store::hot::values::{insert_all, values};
use crate::store::load::in_sets;
use crate::store::schema::{entry_name, entry_recent, entry_turn};
use crate::store::sets::in_integers;
use diesel::SqliteConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// Slices of the range of names. With as many records waiting as in half a million, a slice has a
/// thousand names, which a batch of five hundred records replaces.
const SLICES: i64 = 128;
/// Names are 64 bits; the first seven say the slice.
const SLICE_SHIFT: u32 = 57;
/// Slices that one batch moves at most, so that none is slow.
const SLICES_PER_BATCH_MAX: usize = 8;
/// The number of a feed takes the last 20 bits of its name.
const NUMBER_MASK: i64 = (1 << 20) - 1;
/// Bytes of an entry in a batch: its key and its two names.
const PLACE_BYTES: usize = 24;

/// An entry with its two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Named {
    /// Its key.
    pub entry: i64,
    /// By its id.
    pub id: i64,
    /// By its number in a feed.
    pub number: i64,
}

impl Named {
    /// The names of the entry at `at`.
    pub(in crate::store) fn of(at: EntryKey, record: &Record) -> Result<Self> {
        Ok(Self {
            entry: at.get(),
            id: record.id.prefix(),
            number: feed_name(record.kid.prefix(), signed(record.claims.seq)?),
        })
    }
}

/// The name of a number of a feed. Numbers that follow each other lie together.
pub(in crate::store) const fn feed_name(kid_prefix: i64, seq: i64) -> i64 {
    (kid_prefix & !NUMBER_MASK) | (seq & NUMBER_MASK)
}

/// The row that says whose turn it is.
struct NextTurn {
    one: i64,
    batches: i64,
    slice: i64,
    since: i64,
    oldest: i64,
}

values!(NextTurn, NextTurn, "REPLACE" entry_turn {
    one: BigInt,
    batches: BigInt,
    slice: BigInt,
    since: BigInt,
    oldest: BigInt,
});

/// A name on its way into the table.
struct Name {
    name: i64,
    entry: i64,
}

values!(Name, Name, "INSERT OR IGNORE" entry_name { name: BigInt, entry: BigInt });

/// The names of all numbers of a feed, and of the few feeds whose keys begin alike.
pub(in crate::store) const fn feed_range(kid_prefix: i64) -> RangeInclusive<i64> {
    feed_name(kid_prefix, 0)..=feed_name(kid_prefix, NUMBER_MASK)
}

/// Whose turn it is; see the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub(super) struct Turn {
    batches: i64,
    slice: i64,
    since: i64,
    oldest: i64,
}

impl Turn {
    pub(super) fn read(conn: &mut SqliteConnection) -> Result<Self> {
        let row = entry_turn::table.select((
            entry_turn::batches,
            entry_turn::slice,
            entry_turn::since,
            entry_turn::oldest,
        ));
        let row: Option<Self> = row.first(conn).optional()?;
        row.ok_or_else(|| corrupt("nobody's turn", "entry_turn"))
    }

    fn write(self, conn: &mut SqliteConnection) -> Result<()> {
        let Self {
            batches,
            slice,
            since,
            oldest,
        } = self;
        let row = NextTurn {
            one: 1,
            batches,
            slice,
            since,
            oldest,
        };
        insert_all(conn, &[row])
    }

    /// Whether a name of this batch is in the table for certain.
    const fn has_moved(&self, name: i64, batch: i64) -> bool {
        batch < self.since && slice_of(name) < self.slice
    }
}

/// The slice a name is in; slices follow the order of names as the table has them.
pub(super) const fn slice_of(name: i64) -> i64 {
    (name >> SLICE_SHIFT) + SLICES / 2
}

/// What is kept of a name in memory.
#[derive(Debug, Clone, Copy)]
struct Kept {
    batch: i64,
    /// Whether it is in the table, and here only until its batch goes.
    has_moved: bool,
}

/// The newest names.
pub(super) struct Recent {
    /// By name and entry.
    places: BTreeMap<(i64, i64), Kept>,
    /// Names of these that are not in the table.
    waiting: usize,
    waiting_max: usize,
    /// As the last transaction left it, committed or not; none if nothing may be believed.
    turn: Option<Turn>,
    /// Batches before this one are committed.
    covered: i64,
    /// Batches from this one on are here.
    from: i64,
}

impl Recent {
    pub(super) const fn new(waiting_max: usize) -> Self {
        Self {
            places: BTreeMap::new(),
            waiting: 0,
            waiting_max,
            turn: None,
            covered: 0,
            from: 0,
        }
    }

    /// Names that are here.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn forget(&mut self) {
        *self = Self::new(self.waiting_max);
    }

    pub(super) const fn committed(&mut self, batches: i64) {
        self.covered = batches;
    }

    /// Reads everything anew, as a view has it.
    fn reload(&mut self, conn: &mut SqliteConnection, view: Turn) -> Result<()> {
        self.forget();
        let rows = entry_recent::table.order(entry_recent::batch);
        let rows: Vec<(i64, Vec<u8>)> = rows.load(conn)?;
        for (batch, bytes) in rows {
            for (name, entry) in places(&bytes)? {
                self.keep(name, entry, batch, view.has_moved(name, batch));
            }
        }
        self.turn = Some(view);
        self.covered = view.batches;
        self.from = view.oldest;
        Ok(())
    }

    fn keep(&mut self, name: i64, entry: i64, batch: i64, has_moved: bool) {
        let kept = Kept { batch, has_moved };
        if self.places.insert((name, entry), kept).is_none() && !has_moved {
            self.waiting = self.waiting.saturating_add(1);
        }
    }

    /// Adds the entries of a batch and moves what is due; gives the number of the batch after it.
    /// The transaction holds the write lock.
    pub(super) fn add(&mut self, conn: &mut SqliteConnection, entries: &[Named]) -> Result<i64> {
        let stored = Turn::read(conn)?;
        if self.turn != Some(stored) || self.covered != stored.batches {
            self.reload(conn, stored)?;
        }
        if self.from < stored.oldest {
            // Views from before the commit that took them out of the database may still look here.
            self.places.retain(|_, kept| kept.batch >= stored.oldest);
            self.from = stored.oldest;
        }
        let mut turn = stored;
        let mut bytes = Vec::with_capacity(entries.len().saturating_mul(PLACE_BYTES));
        for row in entries {
            for word in [row.entry, row.id, row.number] {
                bytes.extend_from_slice(&word.to_be_bytes());
            }
            self.keep(row.id, row.entry, turn.batches, false);
            self.keep(row.number, row.entry, turn.batches, false);
        }
        // In doubt until the commit: should this transaction fail, the turns differ.
        self.turn = None;
        diesel::insert_into(entry_recent::table)
            .values((
                entry_recent::batch.eq(turn.batches),
                entry_recent::places.eq(bytes),
            ))
            .execute(conn)?;
        turn.batches = turn.batches.saturating_add(1);
        for _ in 0..SLICES_PER_BATCH_MAX {
            if self.waiting <= self.waiting_max {
                break;
            }
            self.move_slice(conn, &mut turn)?;
        }
        turn.write(conn)?;
        self.turn = Some(turn);
        Ok(turn.batches)
    }

    /// Puts the names of the next slice into the table.
    fn move_slice(&mut self, conn: &mut SqliteConnection, turn: &mut Turn) -> Result<()> {
        let first = (turn.slice - SLICES / 2) << SLICE_SHIFT;
        let last = first | ((1 << SLICE_SHIFT) - 1);
        let due = self.places.range_mut((first, i64::MIN)..=(last, i64::MAX));
        let mut names = Vec::new();
        for ((name, entry), kept) in due.filter(|(_, kept)| !kept.has_moved) {
            let (name, entry) = (*name, *entry);
            names.push(Name { name, entry });
            kept.has_moved = true;
        }
        insert_all(conn, &names)?;
        self.waiting = self.waiting.saturating_sub(names.len());
        turn.slice = turn.slice.saturating_add(1);
        if turn.slice == SLICES {
            // Every slice has had its turn since `since`: what came before is in the table.
            turn.slice = 0;
            turn.oldest = turn.since;
            turn.since = turn.batches;
            let over = entry_recent::table.filter(entry_recent::batch.lt(turn.oldest));
            diesel::delete(over).execute(conn)?;
        }
        Ok(())
    }

    /// Looks among the newest names as a view has them; false if this is newer than the view.
    pub(super) fn find(
        &mut self,
        conn: &mut SqliteConnection,
        view: Turn,
        names: &[i64],
        found: &mut BTreeSet<i64>,
    ) -> Result<bool> {
        if self.turn.is_none() || view.batches > self.covered {
            self.reload(conn, view)?;
        }
        if self.from > view.oldest {
            return Ok(false);
        }
        for name in names {
            let same = self.places.range((*name, i64::MIN)..=(*name, i64::MAX));
            found.extend(same.map(|((_, entry), _)| *entry));
        }
        Ok(true)
    }

    /// The same for all names of a range.
    pub(super) fn find_in(
        &mut self,
        conn: &mut SqliteConnection,
        view: Turn,
        range: &RangeInclusive<i64>,
        found: &mut BTreeSet<i64>,
    ) -> Result<bool> {
        if !self.find(conn, view, &[], found)? {
            return Ok(false);
        }
        let (first, last) = (*range.start(), *range.end());
        let within = self.places.range((first, i64::MIN)..=(last, i64::MAX));
        found.extend(within.map(|((_, entry), _)| *entry));
        Ok(true)
    }
}

/// Looks for a range among the newest names of a view that is older than what is remembered.
pub(super) fn range_of_view(
    conn: &mut SqliteConnection,
    range: &RangeInclusive<i64>,
    found: &mut BTreeSet<i64>,
) -> Result<()> {
    let rows = entry_recent::table.select(entry_recent::places);
    for bytes in rows.load::<Vec<u8>>(conn)? {
        let within = places(&bytes)?.filter(|(name, _)| range.contains(name));
        found.extend(within.map(|(_, entry)| entry));
    }
    Ok(())
}

/// Looks for a range in the table, for entries from `from` on.
pub(super) fn range_of_table(
    conn: &mut SqliteConnection,
    range: &RangeInclusive<i64>,
    from: i64,
    found: &mut BTreeSet<i64>,
) -> Result<()> {
    let rows = entry_name::table
        .filter(entry_name::name.ge(*range.start()))
        .filter(entry_name::name.le(*range.end()))
        .filter(entry_name::entry.ge(from))
        .select(entry_name::entry);
    found.extend(rows.load::<i64>(conn)?);
    Ok(())
}

/// Looks among the newest names of a view that is older than what is remembered.
pub(super) fn of_view(
    conn: &mut SqliteConnection,
    names: &[i64],
    found: &mut BTreeSet<i64>,
) -> Result<()> {
    let wanted: BTreeSet<i64> = names.iter().copied().collect();
    let rows = entry_recent::table.select(entry_recent::places);
    for bytes in rows.load::<Vec<u8>>(conn)? {
        let same = places(&bytes)?.filter(|(name, _)| wanted.contains(name));
        found.extend(same.map(|(_, entry)| entry));
    }
    Ok(())
}

/// Every one of the newest names of a view.
pub(super) fn all_recent(conn: &mut SqliteConnection) -> Result<BTreeSet<(i64, i64)>> {
    let mut all = BTreeSet::new();
    let rows = entry_recent::table.select(entry_recent::places);
    for bytes in rows.load::<Vec<u8>>(conn)? {
        all.extend(places(&bytes)?);
    }
    Ok(all)
}

/// Looks in the table.
pub(super) fn of_table(
    conn: &mut SqliteConnection,
    names: &[i64],
    found: &mut BTreeSet<i64>,
) -> Result<()> {
    in_sets(names, |set| {
        let rows = entry_name::table
            .filter(in_integers(entry_name::name, set))
            .select(entry_name::entry);
        found.extend(rows.load::<i64>(conn)?);
        Ok(())
    })
}

/// The names in the row of a batch, with their entries.
fn places(bytes: &[u8]) -> Result<impl Iterator<Item = (i64, i64)>> {
    let (words, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() || words.len() % 3 != 0 {
        return Err(corrupt("bytes of a batch of names", bytes.len()));
    }
    let (entries, _) = words.as_chunks::<3>();
    Ok(entries.iter().flat_map(|words| {
        let [entry, id, number] = words.map(i64::from_be_bytes);
        [(id, entry), (number, entry)]
    }))
}
