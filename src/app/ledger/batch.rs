//! One batch inside its transaction: load what its records touch, decide about each in order, write
//! what they change, move the head.

use super::beat::beat;
use super::crew;
use super::once::{Once, RowKeys};
use super::outcome::{Place, Placed};
use super::prepare::Item;
use crate::app::error::AppError;
use crate::app::home::Identity;
use crate::app::memory::Appended;
use crate::core::custody::{
    Admission, Context, Effects, EntryKey, LogNo, Needs, Refusal, Working, admit, points_further,
};
use crate::core::log::TreeEdge;
use crate::core::record::{
    Body, Completeness, Jwk, Kid, Record, RecordError, RecordId, RecordType,
};
use crate::core::time::UnixSeconds;
use crate::core::trace::topics_of;
use crate::store::{AppendTx, Head, NewEntry};
use ed25519_dalek::VerifyingKey;
use std::collections::{HashSet, VecDeque};

/// Receipts that may wait for one dispatch; a real one has a handful of consignees' tries.
const PARKED_PER_DISPATCH_MAX: usize = 32;

/// An entry of this batch.
struct Fresh {
    key: EntryKey,
    kid_entry: EntryKey,
    record: Box<Record>,
    effects: Box<Effects>,
}

/// A batch under way inside its transaction.
pub(super) struct Batch<'a> {
    state: &'a mut Working,
    edge: &'a mut TreeEdge,
    identity: &'a Identity,
    context: Context,
    beat: Option<Record>,
    fresh: Vec<Fresh>,
    /// Dispatches of this batch, for which a parked receipt may be waiting.
    dispatched: Vec<RecordId>,
    once: Once,
}

impl<'a> Batch<'a> {
    pub(super) fn new(
        head: &Head,
        now: UnixSeconds,
        has_beaten: bool,
        state: &'a mut Working,
        edge: &'a mut TreeEdge,
        identity: &'a Identity,
        tx: &mut AppendTx<'_>,
    ) -> Result<Self, AppError> {
        // A small step back of the clock is bridged by staying at the last beat.
        let now = now.max(head.beat_at);
        let context = Context {
            log: identity.description.origin.clone(),
            now,
        };
        let mut batch = Self {
            state,
            edge,
            identity,
            context,
            beat: None,
            fresh: Vec::new(),
            dispatched: Vec::new(),
            once: Once::default(),
        };
        if head.size == 0 || now > head.beat_at || !has_beaten {
            batch.prepare_beat(head, tx)?;
        }
        Ok(batch)
    }

    /// Whether this batch has a beat of this process before what it admitted.
    pub(super) const fn has_beaten(&self) -> bool {
        self.beat.is_none() && !self.fresh.is_empty()
    }

    /// Signs the beat that will stand before the first record this batch admits.
    fn prepare_beat(&mut self, head: &Head, tx: &mut AppendTx<'_>) -> Result<(), AppError> {
        let kid = Jwk::of(&self.identity.node_key).kid();
        let known = self.state.keys.knows(&kid) && self.state.feeds.knows(&kid);
        if !known && head.size > 0 {
            let mut needs = Needs::default();
            needs.kids.insert(kid);
            tx.load(&needs, self.state)?;
        }
        let prev = self.state.feeds.get(&kid).map(|feed| feed.last);
        let beat = beat(self.identity, head.size, prev, self.context.now)?;
        self.load(std::iter::once(&beat), tx)?;
        self.beat = Some(beat);
        if head.size == 0 {
            // The beginning of a log is written even if nothing follows it.
            self.place_beat()?;
        }
        Ok(())
    }

    /// Writes the beat though nothing follows it, if the last one is `after_s` seconds old.
    pub(super) fn beat_if_idle(
        &mut self,
        head: &Head,
        after_s: Option<u64>,
    ) -> Result<(), AppError> {
        let age_s = self.context.now.since(head.beat_at);
        match after_s {
            Some(after_s) if self.fresh.is_empty() && age_s >= after_s => self.place_beat(),
            _ => Ok(()),
        }
    }

    fn place_beat(&mut self) -> Result<(), AppError> {
        let Some(beat) = self.beat.take() else {
            return Ok(());
        };
        let at = self.next()?;
        match admit(self.state, &beat, at, &self.context)? {
            Admission::New(effects) => self.place(at, Box::new(beat), effects),
            Admission::Duplicate(_) | Admission::Parked { .. } => Err(AppError::Damaged {
                index: at.index(),
                reason: "the beat is not new".into(),
            }),
        }
    }

    fn next(&self) -> Result<EntryKey, AppError> {
        Ok(EntryKey::new(LogNo::HOME, self.edge.size()).ok_or(Refusal::Overflow)?)
    }

    pub(super) fn decide_all(
        &mut self,
        items: Vec<Item>,
        rows: &[RowKeys],
        tx: &mut AppendTx<'_>,
    ) -> Result<Vec<Placed>, AppError> {
        let items = self.verify_first(items, tx)?;
        self.once = Once::load(rows, items.iter().filter_map(Item::record), tx)?;
        self.load(items.iter().filter_map(Item::record), tx)?;
        let mut placed = Vec::with_capacity(items.len());
        let mut has_duplicates = false;
        for item in items {
            let outcome = self.decide(item, tx)?;
            has_duplicates |= matches!(outcome, Placed::In(Place::Known, _));
            placed.push(outcome);
        }
        self.once.write(tx)?;
        self.unpark(tx)?;
        if has_duplicates && self.fresh.is_empty() {
            // "Already there" may be said only after a commit of our own returned: an earlier
            // one may have been visible here and lost elsewhere.
            tx.bump()?;
        }
        Ok(placed)
    }

    /// Verifies the records whose key nobody had at hand, before anything else is done for them:
    /// whoever names a key that is not registered shall cost no more than looking it up.
    fn verify_first(
        &mut self,
        items: Vec<Item>,
        tx: &mut AppendTx<'_>,
    ) -> Result<Vec<Item>, AppError> {
        let mut needs = Needs::default();
        let mut granted = HashSet::new();
        for record in items.iter().filter_map(Item::record) {
            if let Body::AddKey(body) = &record.body {
                granted.insert(body.jwk.kid());
            }
        }
        for item in &items {
            if let Item::Unverified(record) = item
                && !self.state.keys.knows(&record.kid)
            {
                needs.kids.insert(record.kid);
            }
        }
        if !needs.is_empty() {
            tx.load(&needs, self.state)?;
        }
        let verify = |item| match item {
            Item::Unverified(record) => match self.verify(&record) {
                Ok(()) => Item::Verified(record),
                Err(Refusal::UnknownKey) if granted.contains(&record.kid) => {
                    Item::Unverified(record)
                }
                Err(refusal) => Item::Refused(refusal),
            },
            other => other,
        };
        Ok(items.into_iter().map(verify).collect())
    }

    /// Loads what the records touch and the state does not remember.
    fn load<'r>(
        &mut self,
        records: impl Iterator<Item = &'r Record> + Clone,
        tx: &mut AppendTx<'_>,
    ) -> Result<(), AppError> {
        let mut needs = Needs::default();
        self.add_needs(records.clone(), records.clone(), &mut needs);
        if !needs.is_empty() {
            tx.load(&needs, self.state)?;
            // What one fact points to is known only when it is here, so some records are asked again.
            let mut more = Needs::default();
            let further = records.clone().filter(|record| points_further(record));
            self.add_needs(records.clone(), further, &mut more);
            if !more.is_empty() {
                tx.load(&more, self.state)?;
            }
        }
        let is_used = |record: &&Record| {
            let feed = self.state.feeds.get(&record.kid);
            feed.is_some_and(|feed| record.claims.seq <= feed.seq_max)
        };
        let used = records.filter(is_used).map(|it| (it.kid, it.claims.seq));
        let used: HashSet<(Kid, u64)> = used.collect();
        if !used.is_empty() {
            let used: Vec<_> = used.into_iter().collect();
            tx.load_used(&used, self.state)?;
        }
        Ok(())
    }

    /// Adds what `of` need that is neither remembered nor comes with `all` the records of the batch.
    fn add_needs<'r>(
        &self,
        all: impl Iterator<Item = &'r Record>,
        of: impl Iterator<Item = &'r Record>,
        needs: &mut Needs,
    ) {
        let coming = all.filter(|record| self.state.is_coming(record, &self.context.log));
        needs.coming = coming.map(|record| record.id).collect();
        of.for_each(|record| self.state.need(record, needs));
    }

    fn decide(&mut self, item: Item, tx: &mut AppendTx<'_>) -> Result<Placed, AppError> {
        let (record, verified) = match item {
            Item::Verified(record) => (record, true),
            Item::Unverified(record) => (record, false),
            Item::Refused(refusal) => return Ok(Placed::Refused(refusal)),
        };
        if !verified && let Err(refusal) = self.verify(&record) {
            return Ok(Placed::Refused(refusal));
        }
        // The record stands behind the beat, if this batch still has one to write.
        let offset = u64::from(self.beat.is_some());
        let key = || self.state.keys.get(&record.kid);
        if let Some(id) = self.once.other(&record, key) {
            return Ok(Placed::Refused(Refusal::AlreadyImported { id }));
        }
        let index = self.edge.size().saturating_add(offset);
        let at = EntryKey::new(LogNo::HOME, index).ok_or(Refusal::Overflow)?;
        match admit(self.state, &record, at, &self.context) {
            Ok(Admission::New(effects)) => {
                self.place_beat()?;
                self.once.stands(record.id);
                self.place(at, record, effects)?;
                Ok(Placed::In(Place::New, index))
            }
            Ok(Admission::Duplicate(entry)) => {
                self.once.stands(record.id);
                Ok(Placed::In(Place::Known, entry.index()))
            }
            Ok(Admission::Parked { awaits }) => {
                let waiting = tx.awaiting(&[awaits])?;
                // Submitted again, it is where it was: parking it is idempotent.
                let waits = waiting.iter().any(|parked| parked.id == record.id);
                if !waits && waiting.len() >= PARKED_PER_DISPATCH_MAX {
                    return Ok(Placed::Refused(Refusal::ParkedFull { id: awaits }));
                }
                tx.park(&record, &awaits, self.context.now)?;
                Ok(Placed::Parked(awaits))
            }
            Err(refusal) => Ok(Placed::Refused(refusal)),
        }
    }

    /// Verifies with the key that the state knows, for records whose key was new.
    fn verify(&self, record: &Record) -> Result<(), Refusal> {
        let key = self.state.keys.get(&record.kid);
        let key = key.ok_or(Refusal::UnknownKey)?;
        // Registered keys were found acceptable when they were; only form is left to check.
        let key = VerifyingKey::from_bytes(key.jwk.as_bytes())
            .map_err(|_malformed| RecordError::WeakKey)?;
        record.verify(&key)?;
        Ok(())
    }

    fn place(
        &mut self,
        at: EntryKey,
        record: Box<Record>,
        effects: Box<Effects>,
    ) -> Result<(), AppError> {
        self.state.apply(&record, at, &effects);
        self.edge.append(record.leaf);
        if record.kind() == RecordType::Dispatch {
            self.dispatched.push(record.id);
        }
        let kid_entry = self.state.keys.get(&record.kid).map(|key| key.entry);
        let kid_entry = kid_entry.ok_or(Refusal::UnknownKey)?;
        self.fresh.push(Fresh {
            key: at,
            kid_entry,
            record,
            effects,
        });
        Ok(())
    }

    /// Admits receipts that were waiting for a dispatch of this batch.
    fn unpark(&mut self, tx: &mut AppendTx<'_>) -> Result<(), AppError> {
        if self.dispatched.is_empty() {
            return Ok(());
        }
        let waiting = tx.awaiting(&self.dispatched)?;
        let mut waiting: VecDeque<String> =
            waiting.into_iter().map(|parked| parked.sd_jwt).collect();
        let mut done = Vec::new();
        while let Some(text) = waiting.pop_front() {
            let Ok(record) = Record::parse(&text, Completeness::Complete) else {
                continue;
            };
            done.push(record.id);
            self.load(std::iter::once(&record), tx)?;
            // Refused now, it is dropped: its author hears so when they submit it again.
            self.decide(Item::Unverified(Box::new(record)), tx)?;
        }
        if !done.is_empty() {
            tx.unpark(&done)?;
        }
        Ok(())
    }

    /// What is appended, once it is committed.
    pub(super) fn appended(&self, head: &Head) -> Appended {
        let records = self.fresh.iter().map(|fresh| &*fresh.record);
        Appended {
            from: head.size,
            to: self.edge.size(),
            topics: records.flat_map(topics_of).collect(),
        }
    }

    /// Writes the entries and moves the head; gives the keys this batch saw.
    pub(super) fn write(
        self,
        tx: &mut AppendTx<'_>,
        head: &Head,
    ) -> Result<Vec<(Kid, Jwk)>, AppError> {
        if self.fresh.is_empty() {
            return Ok(Vec::new());
        }
        let entries: Vec<NewEntry<'_>> = self
            .fresh
            .iter()
            .map(|fresh| NewEntry {
                key: fresh.key,
                record: &fresh.record,
                kid_entry: Some(fresh.kid_entry),
                effects: &fresh.effects,
            })
            .collect();
        tx.write(&entries, self.state)?;
        tx.tiles(&self.edge.drain_tiles())?;
        tx.advance(
            head.size,
            &Head {
                size: self.edge.size(),
                root: self.edge.root(),
                beat_at: self.context.now,
            },
        )?;
        let granted = self
            .fresh
            .iter()
            .flat_map(|fresh| fresh.effects.keys.iter());
        let seen = self
            .fresh
            .iter()
            .filter_map(|fresh| self.state.keys.get(&fresh.record.kid));
        let keys = granted.chain(seen).map(|key| (key.kid, key.jwk)).collect();
        // Giving back the memory of a thousand records takes the crew's time, not the writer's.
        let over = self.fresh;
        crew::aside(move || drop(over));
        Ok(keys)
    }
}
