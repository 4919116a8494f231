//! Tracing: the lines that a lot came from or went to, level by level over integers. Time grows
//! with the size of the answer; a limit that is met is reported, never hidden.

use super::convert::Result;
use super::db::on_both;
use super::facts;
use super::hot;
use super::load::in_sets;
use super::read::Reader;
use super::rows::MovementRow;
use super::schema::{about, cite, entry, movement};
use super::sets::{in_integers, in_texts};
use crate::core::custody::{EntryKey, LotFacts, MoveFacts, MoveKey, MoveRole};
use crate::core::ids::SiteId;
use crate::core::record::{RecordId, RecordType, Subject};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Which way a trace goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraceDirection {
    /// To where it came from 溯源.
    Back,
    /// To where it went 追踪.
    Forward,
    /// Back from the lot, and forward from the lot; not forward again from what was found back.
    Both,
}

/// How far a trace goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceLimits {
    /// Entries in the answer at most.
    pub entries_max: usize,
    /// Lines in the answer at most.
    pub lines_max: usize,
    /// Steps from line to line at most; a dispatch with its receipt is two.
    pub depth_max: u32,
}

impl Default for TraceLimits {
    fn default() -> Self {
        Self {
            entries_max: 20_000,
            lines_max: 100_000,
            depth_max: 200,
        }
    }
}

/// Why an answer is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutReason {
    /// As many entries as allowed.
    Entries,
    /// As many lines as allowed.
    Lines,
    /// As many steps as allowed.
    Depth,
}

/// What a trace found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TraceRows {
    /// The entries in which the lines stand.
    pub entries: BTreeSet<EntryKey>,
    /// The lines, in the order of their keys.
    pub moves: Vec<MoveFacts>,
    /// Set if there was more.
    pub cut: Option<CutReason>,
}

/// Entries that belong to others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Related {
    /// The entries.
    pub entries: BTreeSet<EntryKey>,
    /// Set if there were more.
    pub cut: Option<CutReason>,
}

/// Rounds of citations that are followed: a release cites its hold, a correction the release.
const RELATED_ROUNDS_MAX: u32 = 4;

/// A trace under way.
struct Walk {
    limits: TraceLimits,
    lines: BTreeMap<MoveKey, MoveFacts>,
    entries: BTreeSet<EntryKey>,
    cut: Option<CutReason>,
}

impl Walk {
    const fn new(limits: TraceLimits) -> Self {
        Self {
            limits,
            lines: BTreeMap::new(),
            entries: BTreeSet::new(),
            cut: None,
        }
    }

    /// Takes in lines that were found and gives back the new ones; none once a limit is met.
    fn take(&mut self, rows: &[MovementRow]) -> Result<Vec<MoveFacts>> {
        let mut fresh = Vec::new();
        for row in rows {
            let line = facts::move_facts(row)?;
            if self.lines.contains_key(&line.key) {
                continue;
            }
            let entry = line.key.entry();
            if self.lines.len() >= self.limits.lines_max {
                self.cut = Some(CutReason::Lines);
                return Ok(Vec::new());
            }
            if !self.entries.contains(&entry) && self.entries.len() >= self.limits.entries_max {
                self.cut = Some(CutReason::Entries);
                return Ok(Vec::new());
            }
            self.entries.insert(entry);
            self.lines.insert(line.key, line.clone());
            fresh.push(line);
        }
        Ok(fresh)
    }
}

impl Reader<'_> {
    /// The lines that these lots came from or went to, beginning with all lines of the lots.
    ///
    /// Back from a line stands the line it answers, and from an output of a transformation every
    /// input; forward, every line that answers it, and from an input every output.
    ///
    /// # Errors
    /// What the database reports. A limit is no error: see [`TraceRows::cut`].
    pub fn trace_lots(
        &mut self,
        lots: &[MoveKey],
        direction: TraceDirection,
        limits: TraceLimits,
    ) -> Result<TraceRows> {
        let lots: Vec<i64> = lots.iter().map(|lot| lot.get()).collect();
        let mut start = Vec::new();
        in_sets(&lots, |set| {
            let rows = movement::table
                .filter(in_integers(movement::lot, set))
                .order(movement::key);
            start.extend::<Vec<MovementRow>>(on_both!(self.db, conn => rows.load(conn))?);
            Ok(())
        })?;
        self.trace(&start, direction, limits)
    }

    /// As [`trace_lots`](Self::trace_lots), beginning with these lines only: the path of one
    /// consignment instead of that of the whole lot.
    ///
    /// # Errors
    /// As [`trace_lots`](Self::trace_lots).
    pub fn trace_lines(
        &mut self,
        lines: &[MoveKey],
        direction: TraceDirection,
        limits: TraceLimits,
    ) -> Result<TraceRows> {
        let keys = lines.iter().map(|line| line.get()).collect();
        let start = hot::lines_back(self.db, keys, Vec::new())?;
        self.trace(&start, direction, limits)
    }

    fn trace(
        &mut self,
        start: &[MovementRow],
        direction: TraceDirection,
        limits: TraceLimits,
    ) -> Result<TraceRows> {
        let mut walk = Walk::new(limits);
        let first = walk.take(start)?;
        if direction != TraceDirection::Forward {
            self.walk(&mut walk, first.clone(), Self::step_back)?;
        }
        if direction != TraceDirection::Back {
            // What was found back is known but not a beginning: its other descendants are
            // another lot's story.
            let mut forward = Walk::new(limits);
            forward.take(start)?;
            self.walk(&mut forward, first, Self::step_forward)?;
            walk.cut = walk.cut.or(forward.cut);
            walk.entries.append(&mut forward.entries);
            walk.lines.append(&mut forward.lines);
        }
        Ok(TraceRows {
            entries: walk.entries,
            moves: walk.lines.into_values().collect(),
            cut: walk.cut,
        })
    }

    fn walk(
        &mut self,
        walk: &mut Walk,
        mut frontier: Vec<MoveFacts>,
        step: fn(&mut Self, &[MoveFacts], &Walk) -> Result<Vec<MovementRow>>,
    ) -> Result<()> {
        for _ in 0..walk.limits.depth_max {
            if frontier.is_empty() || walk.cut.is_some() {
                return Ok(());
            }
            let found = step(self, &frontier, walk)?;
            frontier = walk.take(&found)?;
        }
        if !frontier.is_empty() && walk.cut.is_none() {
            walk.cut = Some(CutReason::Depth);
        }
        Ok(())
    }

    fn step_back(&mut self, lines: &[MoveFacts], walk: &Walk) -> Result<Vec<MovementRow>> {
        let cited: BTreeSet<MoveKey> = lines.iter().filter_map(|line| line.of).collect();
        let cited = cited
            .into_iter()
            .filter(|key| !walk.lines.contains_key(key));
        let cited = cited.map(MoveKey::get).collect();
        hot::lines_back(self.db, cited, entries_of(lines, MoveRole::Made))
    }

    fn step_forward(&mut self, lines: &[MoveFacts], _walk: &Walk) -> Result<Vec<MovementRow>> {
        let keys = lines.iter().map(|line| line.key.get()).collect();
        hot::lines_forward(self.db, keys, entries_of(lines, MoveRole::Used))
    }

    /// Entries that belong to these: what they cite and what cites them (legs, papers,
    /// corrections, releases), and what is about the lots, the sites or the entries (readings,
    /// holds, inspections, recalls). The entries themselves are not repeated.
    ///
    /// # Errors
    /// What the database reports. A limit is no error: see [`Related::cut`].
    pub fn related(
        &mut self,
        entries: &BTreeSet<EntryKey>,
        lots: &[LotFacts],
        sites: &[SiteId],
        entries_max: usize,
    ) -> Result<Related> {
        let mut known = entries.clone();
        let mut frontier: Vec<i64> = entries.iter().map(|key| key.get()).collect();
        let mut found = self.cited_by(&frontier)?;
        let spoken_of = self.subjects_of_lots(lots)?;
        found.extend(self.about_subjects(&spoken_of)?);
        let places: Vec<String> = sites
            .iter()
            .map(|site| Subject::Site(*site).to_string())
            .collect();
        let first = entries.first().map_or(0, |key| key.get());
        found.extend(self.about_sites(&places, first)?);
        let mut related = Related::default();
        for _ in 0..RELATED_ROUNDS_MAX {
            found.extend(self.citing(&frontier)?);
            let records = self.subjects_of_entries(&frontier)?;
            found.extend(self.about_subjects(&records)?);
            frontier.clear();
            for key in std::mem::take(&mut found) {
                if !known.insert(EntryKey::from_i64(key)) {
                    continue;
                }
                if related.entries.len() >= entries_max {
                    related.cut = Some(CutReason::Entries);
                    return Ok(related);
                }
                related.entries.insert(EntryKey::from_i64(key));
                frontier.push(key);
            }
            if frontier.is_empty() {
                break;
            }
        }
        Ok(related)
    }

    fn citing(&mut self, entries: &[i64]) -> Result<Vec<i64>> {
        let mut found = Vec::new();
        in_sets(entries, |set| {
            let rows = cite::table
                .filter(in_integers(cite::cited, set))
                .select(cite::entry);
            found.extend::<Vec<i64>>(on_both!(self.db, conn => rows.load(conn))?);
            Ok(())
        })?;
        Ok(found)
    }

    fn cited_by(&mut self, entries: &[i64]) -> Result<Vec<i64>> {
        let mut found = Vec::new();
        in_sets(entries, |set| {
            let rows = cite::table
                .filter(in_integers(cite::entry, set))
                .select(cite::cited);
            found.extend::<Vec<i64>>(on_both!(self.db, conn => rows.load(conn))?);
            Ok(())
        })?;
        Ok(found)
    }

    fn about_subjects(&mut self, subjects: &[String]) -> Result<Vec<i64>> {
        let mut found = Vec::new();
        let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
        in_sets(&subjects, |set| {
            let rows = about::table
                .filter(in_texts(about::subject, set))
                .select(about::entry);
            found.extend::<Vec<i64>>(on_both!(self.db, conn => rows.load(conn))?);
            Ok(())
        })?;
        Ok(found)
    }

    /// What is about premises: holds, recalls, inputs, registrations. Readings of their zones only from
    /// where the trace begins, since a store writes them day after day and what was read before the
    /// goods came says nothing of them.
    fn about_sites(&mut self, places: &[String], first: i64) -> Result<Vec<i64>> {
        let mut found = Vec::new();
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        let observe = i64::from(RecordType::Observe.number());
        in_sets(&places, |set| {
            let rows = about::table
                .inner_join(entry::table.on(entry::key.eq(about::entry)))
                .filter(in_texts(about::subject, set))
                .filter(about::entry.ge(first).or(entry::kind.ne(observe)))
                .select(about::entry);
            found.extend::<Vec<i64>>(on_both!(self.db, conn => rows.load(conn))?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The entries that are about a subject, oldest first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn about(&mut self, subject: &Subject) -> Result<Vec<EntryKey>> {
        let mut found = self.about_subjects(&[subject.to_string()])?;
        found.sort_unstable();
        Ok(found.into_iter().map(EntryKey::from_i64).collect())
    }

    /// A lot is spoken of by its code, or by code and origin where a code has two.
    fn subjects_of_lots(&mut self, lots: &[LotFacts]) -> Result<Vec<String>> {
        let origins: Vec<i64> = lots.iter().map(|lot| lot.key.entry().get()).collect();
        let ids = self.ids(&origins)?;
        let mut subjects = BTreeSet::new();
        for lot in lots {
            subjects.insert(Subject::Lot(lot.code.clone()).to_string());
            if let Some(id) = ids.get(&lot.key.entry().get()) {
                subjects.insert(Subject::LotOf(lot.code.clone(), *id).to_string());
            }
        }
        Ok(subjects.into_iter().collect())
    }

    fn subjects_of_entries(&mut self, entries: &[i64]) -> Result<Vec<String>> {
        let ids = self.ids(entries)?;
        Ok(ids
            .into_values()
            .map(|id| Subject::Record(id).to_string())
            .collect())
    }

    /// The ids of the records at these places.
    ///
    /// # Errors
    /// What the database reports.
    pub fn ids_of(&mut self, keys: &[EntryKey]) -> Result<BTreeMap<EntryKey, RecordId>> {
        let keys: Vec<i64> = keys.iter().map(|key| key.get()).collect();
        let ids = self.ids(&keys)?.into_iter();
        Ok(ids.map(|(key, id)| (EntryKey::from_i64(key), id)).collect())
    }

    fn ids(&mut self, entries: &[i64]) -> Result<BTreeMap<i64, RecordId>> {
        let mut ids = BTreeMap::new();
        in_sets(entries, |set| {
            let rows = entry::table
                .filter(in_integers(entry::key, set))
                .select((entry::key, entry::id));
            let rows: Vec<(i64, Vec<u8>)> = on_both!(self.db, conn => rows.load(conn))?;
            for (key, id) in rows {
                ids.insert(key, super::convert::record_id(&id)?);
            }
            Ok(())
        })?;
        Ok(ids)
    }
}

/// The entries in which lines of this role stand.
fn entries_of(lines: &[MoveFacts], role: MoveRole) -> Vec<i64> {
    let lines = lines.iter().filter(|line| line.role == role);
    let entries: BTreeSet<EntryKey> = lines.map(|line| line.key.entry()).collect();
    entries.into_iter().map(EntryKey::get).collect()
}
