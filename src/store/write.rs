//! Writing a batch: effects become rows. A line, paper, key or feed that several records of the
//! batch touch is written once, as it stands at the end.

use super::convert::{Result, corrupt, signed};
use super::db::{Db, on_both};
use super::facts;
use super::hot::{self, Rows};
use super::rows::{AboutRow, CiteRow, FeedRow, LeftRow, TileRow};
use super::schema::{party, shipment, signing_key, site};
use crate::core::custody::{
    Effects, EntryKey, KeyFacts, LogNo, MoveKey, PaperFacts, PartyFacts, ShipmentFacts, SiteFacts,
    Working,
};
use crate::core::ids::{PartyId, SiteId};
use crate::core::log::Tile;
use crate::core::quantity::Amount;
use crate::core::record::{Kid, Record};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// An entry to write.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// Its place.
    pub key: EntryKey,
    /// The record.
    pub record: &'a Record,
    /// The entry that granted its key; none for the first record of a log.
    pub kid_entry: Option<EntryKey>,
    /// What it changes.
    pub effects: &'a Effects,
}

/// What of the entries is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Entries, sealed values and projections.
    Everything,
    /// Projections only: the entries are there.
    Projections,
}

/// What a batch changes, each thing once.
#[derive(Default)]
struct Touched<'a> {
    rows: Rows<'a>,
    /// What is left of lines of this batch, and of earlier ones.
    left: BTreeMap<MoveKey, Amount>,
    disputed: BTreeMap<MoveKey, Amount>,
    paper_left: BTreeMap<EntryKey, Amount>,
    papers: BTreeMap<EntryKey, &'a PaperFacts>,
    shipments: BTreeMap<EntryKey, &'a ShipmentFacts>,
    parties: BTreeMap<PartyId, &'a PartyFacts>,
    sites: BTreeMap<SiteId, &'a SiteFacts>,
    keys: BTreeMap<Kid, Option<&'a KeyFacts>>,
    feeds: BTreeSet<Kid>,
}

pub(super) fn write(
    db: &mut Db,
    log: LogNo,
    entries: &[NewEntry<'_>],
    working: &Working,
    part: Part,
) -> Result<()> {
    let mut touched = Touched::default();
    for entry in entries {
        if entry.key.log() != log {
            return Err(corrupt("an entry of another log", entry.key.get()));
        }
        touched.add(entry)?;
    }
    if part == Part::Everything {
        touched.rows.entries = entries;
    }
    let earlier = touched.settle_lines(working)?;
    let papers = touched.settle_papers()?;
    let feeds = feed_rows(&touched.feeds, log, working)?;
    upsert_registry(db, log, &touched, working)?;
    touched.settle_shipments(db, entries)?;
    hot::insert(db, touched.rows)?;
    hot::update_left(db, &earlier)?;
    hot::update_papers(db, &papers)?;
    hot::update_feeds(db, feeds)
}

impl<'a> Touched<'a> {
    fn add(&mut self, entry: &NewEntry<'a>) -> Result<()> {
        let NewEntry {
            key,
            record,
            effects,
            ..
        } = *entry;
        let log = facts::log_number(key.log());
        self.feeds.insert(record.kid);
        self.rows
            .movements
            .extend(effects.moves.iter().map(facts::movement_row));
        self.left.extend(effects.left.iter().copied());
        self.disputed.extend(effects.disputed.iter().copied());
        self.rows
            .lots
            .extend(effects.lots.iter().map(facts::lot_row));
        self.papers
            .extend(effects.paper.iter().map(|paper| (paper.key, paper)));
        self.paper_left.extend(effects.paper_left.iter().copied());
        self.shipments.extend(
            effects
                .shipment
                .iter()
                .map(|shipment| (shipment.key, shipment)),
        );
        self.parties
            .extend(effects.party.iter().map(|party| (party.id, party)));
        self.sites
            .extend(effects.site.iter().map(|site| (site.id, site)));
        self.keys
            .extend(effects.keys.iter().map(|key| (key.kid, Some(key))));
        if let Some((kid, _)) = effects.revoked {
            self.keys.entry(kid).or_default();
        }
        let subjects = effects.about.iter().map(ToString::to_string);
        let abouts = each_once(subjects).into_iter();
        self.rows.abouts.extend(abouts.map(|subject| AboutRow {
            subject,
            entry: key.get(),
            log,
        }));
        let cited = each_once(effects.cites.iter().copied()).into_iter();
        self.rows.cites.extend(cited.map(|cited| CiteRow {
            cited: cited.get(),
            entry: key.get(),
            log,
        }));
        for (ord, finding) in (0_i64..).zip(&effects.findings) {
            self.rows
                .findings
                .push(facts::finding_row(key, ord, finding)?);
        }
        Ok(())
    }

    /// Gives the lines of this batch their last state and says what earlier lines become.
    fn settle_lines(&mut self, working: &Working) -> Result<Vec<LeftRow>> {
        for row in &mut self.rows.movements {
            let key = MoveKey::from_i64(row.key);
            if let Some(left) = self.left.remove(&key) {
                row.left_amount = left.micro();
                row.held = facts::held(left);
            }
            if let Some(disputed) = self.disputed.remove(&key) {
                row.disputed = disputed.micro();
            }
        }
        let keys: BTreeSet<MoveKey> = self
            .left
            .keys()
            .chain(self.disputed.keys())
            .copied()
            .collect();
        let row = |key: MoveKey| {
            let line = working.moves.get(&key);
            let line = line.ok_or_else(|| corrupt("a line was changed unseen", key.get()))?;
            let left = *self.left.get(&key).unwrap_or(&line.left);
            Ok(LeftRow {
                key: key.get(),
                left_amount: left.micro(),
                held: facts::held(left),
                disputed: self.disputed.get(&key).unwrap_or(&line.disputed).micro(),
            })
        };
        keys.into_iter().map(row).collect()
    }

    /// Shipments of this batch are inserted with it; an earlier one changes when it is handed on
    /// to another carrier.
    fn settle_shipments(&mut self, db: &mut Db, entries: &[NewEntry<'_>]) -> Result<()> {
        let first = entries.iter().map(|entry| entry.key).min();
        for (key, shipment) in &self.shipments {
            let row = facts::shipment_row(shipment);
            if first.is_some_and(|first| *key >= first) {
                self.rows.shipments.push(row);
                continue;
            }
            let earlier = shipment::table.find(row.key);
            on_both!(db, conn => diesel::update(earlier).set(&row).execute(conn))?;
        }
        Ok(())
    }

    /// The same for papers.
    fn settle_papers(&mut self) -> Result<Vec<(i64, i64)>> {
        for (key, paper) in &self.papers {
            let mut row = facts::paper_row(paper)?;
            if let Some(left) = self.paper_left.remove(key) {
                row.left_amount = Some(left.micro());
            }
            self.rows.papers.push(row);
        }
        Ok(self
            .paper_left
            .iter()
            .map(|(key, left)| (key.get(), left.micro()))
            .collect())
    }
}

/// The values in order, each once; mostly there are none or one.
fn each_once<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

fn feed_rows(kids: &BTreeSet<Kid>, log: LogNo, working: &Working) -> Result<Vec<FeedRow>> {
    let row = |kid: &Kid| {
        let feed = working
            .feeds
            .get(kid)
            .ok_or_else(|| corrupt("a feed without state", kid))?;
        facts::feed_row(kid, log, feed)
    };
    kids.iter().map(row).collect()
}

/// Parties, sites and keys: few, so one by one.
fn upsert_registry(
    db: &mut Db,
    log: LogNo,
    touched: &Touched<'_>,
    working: &Working,
) -> Result<()> {
    for facts in touched.parties.values() {
        let row = facts::party_row(facts, log)?;
        on_both!(db, conn => diesel::insert_into(party::table)
            .values(&row).on_conflict((party::id, party::log)).do_update().set(&row)
            .execute(conn))?;
    }
    for facts in touched.sites.values() {
        let row = facts::site_row(facts, log)?;
        on_both!(db, conn => diesel::insert_into(site::table)
            .values(&row).on_conflict((site::id, site::log)).do_update().set(&row)
            .execute(conn))?;
    }
    for (kid, granted) in &touched.keys {
        // The state knows a revocation in the same batch; the effect that granted does not.
        let facts = working.keys.get(kid).or(*granted);
        let facts = facts.ok_or_else(|| corrupt("a key was changed unseen", kid))?;
        let row = facts::key_row(facts, log)?;
        on_both!(db, conn => diesel::insert_into(signing_key::table)
            .values(&row).on_conflict((signing_key::kid, signing_key::log)).do_update().set(&row)
            .execute(conn))?;
    }
    Ok(())
}

pub(super) fn tile_rows(log: LogNo, tiles: &[Tile]) -> Result<Vec<TileRow>> {
    let row = |tile: &Tile| {
        Ok(TileRow {
            log: facts::log_number(log),
            level: tile.level.into(),
            idx: signed(tile.index)?,
            hashes: tile.to_bytes(),
        })
    };
    tiles.iter().map(row).collect()
}
