//! Plain questions about the projections.

use super::convert::Result;
use super::db::on_both;
use super::facts;
use super::load::in_sets;
use super::read::Reader;
use super::rows::{
    FeedRow, FindingRow, KeyRow, LotRow, MovementRow, PaperRow, PartyRow, Row, ShipmentRow, SiteRow,
};
use super::schema::{feed, finding, lot, movement, paper, party, shipment, signing_key, site};
use super::sets::in_integers;
use super::stretches::{self, IsHeld, LineStretch};
use crate::core::custody::{
    EntryKey, Feed, Finding, KeyFacts, LogNo, LotFacts, MoveFacts, MoveKey, MoveRole, PaperFacts,
    PartyFacts, ShipmentFacts, SiteFacts,
};
use crate::core::ids::{LotCode, PartyId, SiteId};
use crate::core::quantity::Uom;
use crate::core::record::Kid;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// Sums over the lines of one role and unit, in millionths of the unit. Sums over a whole region
/// can be larger than any one quantity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RoleSum {
    /// Lines.
    pub lines: u64,
    /// Moved.
    pub amount_micro: i128,
    /// Credits: still held. Dispatches: still in transit.
    pub left_micro: i128,
    /// Short, damaged or refused, and not settled.
    pub disputed_micro: i128,
}

/// What became of a lot, by role and unit: brought in = held + in transit + disputed + used +
/// sold + disposed of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LotBalance {
    /// The sums.
    pub sums: BTreeMap<(MoveRole, Uom), RoleSum>,
}

impl LotBalance {
    fn add(&mut self, line: &MoveFacts) {
        let sum = self.sums.entry((line.role, line.uom)).or_default();
        sum.lines = sum.lines.saturating_add(1);
        sum.amount_micro = sum.amount_micro.saturating_add(line.amount.micro().into());
        sum.left_micro = sum.left_micro.saturating_add(line.left.micro().into());
        sum.disputed_micro = sum
            .disputed_micro
            .saturating_add(line.disputed.micro().into());
    }
}

impl Reader<'_> {
    /// The lots with this code, one for each origin, in the order of their keys.
    ///
    /// # Errors
    /// What the database reports.
    pub fn lots_by_code(&mut self, code: &LotCode) -> Result<Vec<LotFacts>> {
        let rows = lot::table
            .filter(lot::code.eq(code.as_str()))
            .order(lot::key);
        let rows: Vec<LotRow> = on_both!(self.db, conn => rows.load(conn))?;
        rows.iter().map(facts::lot_facts).collect()
    }

    /// Codes of lots that begin so, in their order, at most `limit`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn lot_codes_that_begin(&mut self, begins: &str, limit: u32) -> Result<Vec<String>> {
        // Codes are ASCII below this mark and are ordered by their bytes.
        let end = format!("{begins}\u{7f}");
        let codes = lot::table
            .filter(lot::code.ge(begins))
            .filter(lot::code.lt(end))
            .order(lot::code)
            .limit(limit.into())
            .select(lot::code);
        Ok(on_both!(self.db, conn => codes.load(conn))?)
    }

    /// The lots with these origin lines.
    ///
    /// # Errors
    /// What the database reports.
    pub fn lots(&mut self, keys: &[MoveKey]) -> Result<Vec<LotFacts>> {
        let keys: Vec<i64> = keys.iter().map(|key| key.get()).collect();
        let mut found = Vec::with_capacity(keys.len());
        in_sets(&keys, |set| {
            let rows = lot::table
                .filter(in_integers(lot::key, set))
                .order(lot::key);
            let rows: Vec<LotRow> = on_both!(self.db, conn => rows.load(conn))?;
            for row in &rows {
                found.push(facts::lot_facts(row)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// What a site has: credits it still holds, and its dispatches that are in transit. The site
    /// is named by the entry that enrolled it; at most `limit` lines after `after`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn holdings(
        &mut self,
        site: EntryKey,
        after: Option<MoveKey>,
        limit: u32,
    ) -> Result<Vec<MoveFacts>> {
        let (after, limit) = (after.map_or(0, MoveKey::get), i64::from(limit));
        let mut found = Vec::new();
        for stretch in self
            .stretches()?
            .filter(|at| *at >= stretches::of_line(after))
        {
            let room = limit - i64::try_from(found.len()).unwrap_or(limit);
            if room <= 0 {
                break;
            }
            let rows = movement::table
                .filter(LineStretch.eq(stretch))
                .filter(movement::site.eq(site.get()))
                .filter(IsHeld)
                .filter(movement::key.gt(after))
                .order(movement::key)
                .limit(room);
            let rows: Vec<MovementRow> = on_both!(self.db, conn => rows.load(conn))?;
            for row in &rows {
                found.push(facts::move_facts(row)?);
            }
        }
        Ok(found)
    }

    /// What a site holds, without what it sent and what is in transit: the newest first, at most `limit`
    /// lines before `before`. The site is named by the entry that enrolled it.
    ///
    /// # Errors
    /// What the database reports.
    pub fn held_before(
        &mut self,
        site: EntryKey,
        before: Option<MoveKey>,
        limit: u32,
    ) -> Result<Vec<MoveFacts>> {
        let (before, limit) = (before.map_or(i64::MAX, MoveKey::get), i64::from(limit));
        let sent = i64::from(MoveRole::Sent.number());
        let mut found = Vec::new();
        let newest = stretches::of_line(before);
        for stretch in self.stretches()?.rev().filter(|at| *at <= newest) {
            let room = limit - i64::try_from(found.len()).unwrap_or(limit);
            if room <= 0 {
                break;
            }
            let rows = movement::table
                .filter(LineStretch.eq(stretch))
                .filter(movement::site.eq(site.get()))
                .filter(IsHeld)
                .filter(movement::role.ne(sent))
                .filter(movement::key.lt(before))
                .order(movement::key.desc())
                .limit(room);
            let rows: Vec<MovementRow> = on_both!(self.db, conn => rows.load(conn))?;
            for row in &rows {
                found.push(facts::move_facts(row)?);
            }
        }
        Ok(found)
    }

    /// All lines of a lot, in the order of their keys.
    ///
    /// # Errors
    /// What the database reports.
    pub fn lines_of_lot(&mut self, lot: MoveKey) -> Result<Vec<MoveFacts>> {
        let rows = movement::table
            .filter(movement::lot.eq(lot.get()))
            .order(movement::key);
        let rows: Vec<MovementRow> = on_both!(self.db, conn => rows.load(conn))?;
        rows.iter().map(facts::move_facts).collect()
    }

    /// What became of a lot.
    ///
    /// # Errors
    /// What the database reports.
    pub fn lot_balance(&mut self, lot: MoveKey) -> Result<LotBalance> {
        let mut balance = LotBalance::default();
        self.lines_of_lot(lot)?
            .iter()
            .for_each(|line| balance.add(line));
        Ok(balance)
    }

    /// Findings about these entries, in the order in which they were found.
    ///
    /// # Errors
    /// What the database reports.
    pub fn findings(&mut self, entries: &[EntryKey]) -> Result<Vec<Finding>> {
        let entries: Vec<i64> = entries.iter().map(|key| key.get()).collect();
        let mut found: Vec<FindingRow> = Vec::new();
        in_sets(&entries, |set| {
            let rows = finding::table.filter(in_integers(finding::entry, set));
            found.extend::<Vec<FindingRow>>(on_both!(self.db, conn => rows.load(conn))?);
            Ok(())
        })?;
        found.sort_by_key(|row| (row.found_at, row.ord));
        found.iter().map(facts::finding).collect()
    }

    /// A party; the enrolment in the node's own log, or in the first peer's that has one.
    ///
    /// # Errors
    /// What the database reports.
    pub fn party(&mut self, id: &PartyId) -> Result<Option<PartyFacts>> {
        let rows = party::table
            .filter(party::id.eq(id.as_str()))
            .order(party::log)
            .limit(1);
        let row: Option<PartyRow> = on_both!(self.db, conn => rows.first(conn).optional())?;
        row.as_ref().map(facts::party_facts).transpose()
    }

    /// A site, likewise.
    ///
    /// # Errors
    /// What the database reports.
    pub fn site(&mut self, id: &SiteId) -> Result<Option<SiteFacts>> {
        let rows = site::table
            .filter(site::id.eq(id.as_str()))
            .order(site::log)
            .limit(1);
        let row: Option<SiteRow> = on_both!(self.db, conn => rows.first(conn).optional())?;
        row.as_ref().map(facts::site_facts).transpose()
    }

    /// The sites first enrolled by these entries, as lines name them.
    ///
    /// # Errors
    /// What the database reports.
    pub fn sites_enrolled_by(&mut self, entries: &[EntryKey]) -> Result<Vec<SiteFacts>> {
        let wanted: Vec<i64> = entries.iter().map(|key| key.get()).collect();
        let mut found = Vec::with_capacity(wanted.len());
        in_sets(&wanted, |set| {
            let rows = site::table
                .filter(in_integers(site::entry, set))
                .order(site::entry);
            let rows: Vec<SiteRow> = on_both!(self.db, conn => rows.load(conn))?;
            for row in &rows {
                found.push(facts::site_facts(row)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// A key's standing in a log, and where its feed stands.
    ///
    /// # Errors
    /// What the database reports.
    pub fn key(&mut self, log: LogNo, kid: &Kid) -> Result<Option<(KeyFacts, Option<Feed>)>> {
        let name = kid.as_bytes().as_slice();
        let number = facts::log_number(log);
        let keys = signing_key::table
            .find((name, number))
            .select(KeyRow::COLUMNS);
        let key: Option<KeyRow> = on_both!(self.db, conn => keys.first(conn).optional())?;
        let Some(key) = key else {
            return Ok(None);
        };
        let feeds = feed::table.find((name, number));
        let feed: Option<FeedRow> = on_both!(self.db, conn => feeds.first(conn).optional())?;
        let feed = feed.as_ref().map(facts::feed).transpose()?;
        Ok(Some((facts::key_facts(&key)?, feed)))
    }

    /// The shipments opened by these dispatches.
    ///
    /// # Errors
    /// What the database reports.
    pub fn shipments(&mut self, dispatches: &[EntryKey]) -> Result<Vec<ShipmentFacts>> {
        let keys: Vec<i64> = dispatches.iter().map(|key| key.get()).collect();
        let mut found = Vec::new();
        in_sets(&keys, |set| {
            let rows = shipment::table
                .filter(in_integers(shipment::key, set))
                .order(shipment::key);
            let rows: Vec<ShipmentRow> = on_both!(self.db, conn => rows.load(conn))?;
            for row in &rows {
                found.push(facts::shipment_facts(row)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The shipments with this number of an e-waybill, oldest first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn shipments_by_waybill(&mut self, waybill: &str) -> Result<Vec<ShipmentFacts>> {
        let rows = shipment::table
            .filter(shipment::waybill.eq(waybill))
            .order(shipment::key);
        let rows: Vec<ShipmentRow> = on_both!(self.db, conn => rows.load(conn))?;
        rows.iter().map(facts::shipment_facts).collect()
    }

    /// The papers made by these entries.
    ///
    /// # Errors
    /// What the database reports.
    pub fn papers(&mut self, entries: &[EntryKey]) -> Result<Vec<PaperFacts>> {
        let keys: Vec<i64> = entries.iter().map(|key| key.get()).collect();
        let mut found = Vec::new();
        in_sets(&keys, |set| {
            let rows = paper::table
                .filter(in_integers(paper::key, set))
                .order(paper::key);
            let rows: Vec<PaperRow> = on_both!(self.db, conn => rows.load(conn))?;
            for row in &rows {
                found.push(facts::paper_facts(row)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The papers with this number, oldest first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn papers_by_number(&mut self, number: &str) -> Result<Vec<PaperFacts>> {
        let rows = paper::table
            .filter(paper::number.eq(number))
            .order(paper::key);
        let rows: Vec<PaperRow> = on_both!(self.db, conn => rows.load(conn))?;
        rows.iter().map(facts::paper_facts).collect()
    }
}
