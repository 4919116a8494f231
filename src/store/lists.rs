//! Lists, a page at a time: the shipments of a site, the sites of a party.

use super::convert::Result;
use super::db::on_both;
use super::facts;
use super::load::in_sets;
use super::read::Reader;
use super::rows::{MovementRow, Row, ShipmentRow, SiteRow};
use super::schema::{about, cite, entry, movement, shipment, site};
use super::sets::in_integers;
use super::stretches::{self, ShipmentStretch};
use crate::core::custody::{EntryKey, MoveFacts, ShipmentFacts, SiteFacts};
use crate::core::ids::{PartyId, SiteId};
use crate::core::record::{Kid, RecordType, Subject};
use diesel::dsl::exists;
use diesel::prelude::*;
use std::ops::Range;

/// Lines that a record has room for in the order of keys: a line's key is its record's and ten bits.
const LINES_PER_ENTRY: i64 = 1 << 10;

/// Records whose lines are looked for in one statement.
const TOGETHER: usize = 50;

/// Which way goods go, seen from a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// They come.
    In,
    /// They leave.
    Out,
}

/// A shipment in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedShipment {
    /// What the ledger computes with.
    pub facts: ShipmentFacts,
    /// Whether some of it is neither received nor settled.
    pub in_transit: bool,
}

impl Reader<'_> {
    /// The newest entries that are about a subject, at most `limit` of them, the oldest first.
    ///
    /// # Errors
    /// What the database reports.
    pub fn newest_about(&mut self, subject: &Subject, limit: u32) -> Result<Vec<EntryKey>> {
        let rows = about::table
            .filter(about::subject.eq(subject.to_string()))
            .order(about::entry.desc())
            .limit(limit.into())
            .select(about::entry);
        let found: Vec<i64> = on_both!(self.db, conn => rows.load(conn))?;
        Ok(found.into_iter().rev().map(EntryKey::from_i64).collect())
    }

    /// Of these entries, those of one type, in the order of their keys.
    ///
    /// # Errors
    /// What the database reports.
    pub fn of_type(&mut self, keys: &[EntryKey], kind: RecordType) -> Result<Vec<EntryKey>> {
        let keys: Vec<i64> = keys.iter().map(|key| key.get()).collect();
        let mut found: Vec<i64> = Vec::new();
        in_sets(&keys, |set| {
            let rows = entry::table
                .filter(in_integers(entry::key, set))
                .filter(entry::kind.eq(i64::from(kind.number())))
                .select(entry::key);
            found.extend::<Vec<i64>>(on_both!(self.db, conn => rows.load(conn))?);
            Ok(())
        })?;
        found.sort_unstable();
        Ok(found.into_iter().map(EntryKey::from_i64).collect())
    }

    /// Shipments that a site receives or sends, the newest first: at most `limit` of them, older
    /// than `before`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn shipments_of(
        &mut self,
        site: &SiteId,
        way: Way,
        before: Option<EntryKey>,
        limit: u32,
    ) -> Result<Vec<ListedShipment>> {
        let before = before.map_or(i64::MAX, EntryKey::get);
        let limit = i64::from(limit);
        let newest = stretches::of_entry(before);
        let mut found: Vec<(ShipmentRow, bool)> = Vec::new();
        for stretch in self.stretches()?.rev().filter(|at| *at <= newest) {
            let room = limit - i64::try_from(found.len()).unwrap_or(limit);
            if room <= 0 {
                break;
            }
            found.extend(self.shipments_of_stretch(site, way, before, (stretch, room))?);
        }
        let listed = found.iter().map(|(row, in_transit)| {
            Ok(ListedShipment {
                facts: facts::shipment_facts(row)?,
                in_transit: *in_transit,
            })
        });
        listed.collect()
    }

    /// Those of one stretch, at most so many.
    fn shipments_of_stretch(
        &mut self,
        site: &SiteId,
        way: Way,
        before: i64,
        (stretch, limit): (i64, i64),
    ) -> Result<Vec<(ShipmentRow, bool)>> {
        let first_line = shipment::key * LINES_PER_ENTRY;
        let beyond = (shipment::key + 1_i64) * LINES_PER_ENTRY;
        let in_transit = exists(
            movement::table
                .filter(movement::key.ge(first_line))
                .filter(movement::key.lt(beyond))
                .filter(movement::left_amount.gt(0)),
        );
        let newest = shipment::table
            .filter(ShipmentStretch.eq(stretch))
            .filter(shipment::key.lt(before))
            .order(shipment::key.desc())
            .limit(limit)
            .select((ShipmentRow::COLUMNS, in_transit));
        Ok(match way {
            Way::In => {
                let rows = newest.filter(shipment::to_site.eq(site.as_str()));
                on_both!(self.db, conn => rows.load(conn))?
            }
            Way::Out => {
                let rows = newest.filter(shipment::from_site.eq(site.as_str()));
                on_both!(self.db, conn => rows.load(conn))?
            }
        })
    }

    /// Sites of a party, in the order of their codes: at most `limit` of them, after `after`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn sites_of(
        &mut self,
        party: &PartyId,
        after: Option<&SiteId>,
        limit: u32,
    ) -> Result<Vec<SiteFacts>> {
        let after = after.map_or("", SiteId::as_str);
        let rows = site::table
            .filter(site::party.eq(party.as_str()))
            .filter(site::id.gt(after))
            .order((site::id, site::log))
            .limit(limit.into());
        let rows: Vec<SiteRow> = on_both!(self.db, conn => rows.load(conn))?;
        rows.iter().map(facts::site_facts).collect()
    }

    /// The lines of these records, in the order of their keys.
    ///
    /// # Errors
    /// What the database reports.
    pub fn lines_of(&mut self, records: &[EntryKey]) -> Result<Vec<MoveFacts>> {
        let mut found = Vec::new();
        for set in records.chunks(TOGETHER) {
            let rows: Vec<MovementRow> = on_both!(self.db, conn => {
                let mut rows = movement::table.into_boxed();
                for (from, beyond) in set.iter().map(lines_range) {
                    rows = rows.or_filter(movement::key.ge(from).and(movement::key.lt(beyond)));
                }
                rows.order(movement::key).load(conn)
            })?;
            for row in &rows {
                found.push(facts::move_facts(row)?);
            }
        }
        Ok(found)
    }

    /// The records of a key of these types that the log has between two places, in its order.
    ///
    /// # Errors
    /// What the database reports.
    pub fn entries_of_key(
        &mut self,
        kid: &Kid,
        places: &Range<EntryKey>,
        kinds: &[RecordType],
    ) -> Result<Vec<EntryKey>> {
        let mut keys = self
            .names
            .of_feed(self.db, kid.prefix(), places.start.get())?;
        keys.retain(|key| *key < places.end.get());
        let kinds = numbers(kinds);
        let mut found: Vec<i64> = Vec::new();
        in_sets(&keys, |set| {
            let rows = entry::table
                .filter(entry::key.eq_any(set))
                // Names are no more than the beginnings of what they stand for.
                .filter(entry::kid_prefix.eq(kid.prefix()))
                .filter(entry::kind.eq_any(&kinds))
                .select(entry::key);
            found.extend::<Vec<i64>>(on_both!(self.db, conn => rows.load(conn))?);
            Ok(())
        })?;
        found.sort_unstable();
        Ok(found.into_iter().map(EntryKey::from_i64).collect())
    }

    /// Entries of these types about a subject that the log has between two places, in its order: the
    /// first `limit` of them.
    ///
    /// # Errors
    /// What the database reports.
    pub fn about_between(
        &mut self,
        subject: &Subject,
        places: &Range<EntryKey>,
        kinds: &[RecordType],
        limit: u32,
    ) -> Result<Vec<EntryKey>> {
        let rows = about::table
            .inner_join(entry::table.on(entry::key.eq(about::entry)))
            .filter(about::subject.eq(subject.to_string()))
            .filter(about::entry.ge(places.start.get()))
            .filter(about::entry.lt(places.end.get()))
            .filter(entry::kind.eq_any(numbers(kinds)))
            .order(about::entry)
            .limit(limit.into())
            .select(about::entry);
        let found: Vec<i64> = on_both!(self.db, conn => rows.load(conn))?;
        Ok(found.into_iter().map(EntryKey::from_i64).collect())
    }

    /// Entries of these types that cite one of these, in the order of the log.
    ///
    /// # Errors
    /// What the database reports.
    pub fn citing_of_types(
        &mut self,
        cited: &[EntryKey],
        kinds: &[RecordType],
    ) -> Result<Vec<EntryKey>> {
        let cited: Vec<i64> = cited.iter().map(|key| key.get()).collect();
        let kinds = numbers(kinds);
        let mut found: Vec<i64> = Vec::new();
        in_sets(&cited, |set| {
            let rows = cite::table
                .inner_join(entry::table.on(entry::key.eq(cite::entry)))
                .filter(in_integers(cite::cited, set))
                .filter(entry::kind.eq_any(&kinds))
                .select(cite::entry);
            found.extend::<Vec<i64>>(on_both!(self.db, conn => rows.load(conn))?);
            Ok(())
        })?;
        found.sort_unstable();
        found.dedup();
        Ok(found.into_iter().map(EntryKey::from_i64).collect())
    }

    /// Lines that answer a line of these records and of which something is short, damaged or refused
    /// and not settled, in the order of their keys.
    ///
    /// # Errors
    /// What the database reports.
    pub fn disputes_of(&mut self, records: &[EntryKey]) -> Result<Vec<MoveFacts>> {
        let mut found = Vec::new();
        for set in records.chunks(TOGETHER) {
            let rows: Vec<MovementRow> = on_both!(self.db, conn => {
                let mut rows = movement::table.into_boxed();
                for (from, beyond) in set.iter().map(lines_range) {
                    let answers = movement::of_line.ge(from).and(movement::of_line.lt(beyond));
                    let open = answers.and(movement::disputed.gt(0_i64));
                    rows = rows.or_filter(open.assume_not_null());
                }
                rows.order(movement::key).load(conn)
            })?;
            for row in &rows {
                found.push(facts::move_facts(row)?);
            }
        }
        Ok(found)
    }
}

fn numbers(kinds: &[RecordType]) -> Vec<i64> {
    kinds.iter().map(|kind| i64::from(kind.number())).collect()
}

/// Keys that lines of a record may have: from the first to before the second.
fn lines_range(record: &EntryKey) -> (i64, i64) {
    let first = record.get().saturating_mul(LINES_PER_ENTRY);
    (first, first.saturating_add(LINES_PER_ENTRY))
}
