//! What others did to the goods of a site: carriers that picked up and delivered, whoever received what it
//! sent, and authorities that inspected and held.

use super::book_days::{Days, Places, When};
use super::unreadable;
use crate::app::AppError;
use crate::core::custody::{EntryKey, LogNo, PartyFacts, SiteFacts};
use crate::core::ids::PartyId;
use crate::core::record::{Body, Record, RecordId, RecordType, Subject};
use crate::core::time::{ChinaDate, UnixSeconds};
use crate::store::{Reader, Way};
use std::collections::BTreeMap;
use std::ops::Range;

/// What others did that is told at most.
const OTHERS_MAX: usize = 2_000;

/// Records that are read for it at most.
const READ_MAX: usize = 10_000;

/// Days for which goods are on their way at most: shipments of before are not looked at, nor what comes late about them.
const ON_THE_WAY_DAYS: u64 = 31;

/// Shipments read together, and in all.
const SHIPMENTS_STEP: u32 = 500;
const SHIPMENTS_MAX: usize = 20_000;

/// What others say of a shipment.
const OF_SHIPMENTS: [RecordType; 4] = [
    RecordType::PickUp,
    RecordType::HandOn,
    RecordType::Deliver,
    RecordType::Receive,
];

/// What others say of a site.
const OF_SITES: [RecordType; 3] = [RecordType::Inspect, RecordType::Hold, RecordType::Release];

/// Something that somebody else did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// The record.
    pub record: RecordId,
    /// What it is.
    pub kind: RecordType,
    /// The day on which it was done.
    pub day: ChinaDate,
    /// Whether it is told here for the day on which it was recorded, since it came too late for the book of its own.
    pub late: bool,
    /// When it was signed, as its author says.
    pub said_at: UnixSeconds,
    /// The party that signed it, as it is enrolled.
    pub party: Option<PartyFacts>,
    /// Number of the e-waybill, if it is about a shipment.
    pub waybill: Option<String>,
    /// Whether an inspection passed.
    pub passed: Option<bool>,
    /// The party for whom it was signed by an agent.
    pub on_behalf_of: Option<PartyId>,
}

/// Tells it, in the order in which it was recorded, and whether that is all.
pub(super) fn others(
    reader: &mut Reader<'_>,
    site: &SiteFacts,
    days: Days,
    looked: &mut Places,
) -> Result<(Vec<Other>, bool), AppError> {
    let places = &looked.told.clone();
    let limit = u32::try_from(OTHERS_MAX).unwrap_or(u32::MAX);
    let subject = Subject::Site(site.id);
    let mut entries = reader.about_between(&subject, places, &OF_SITES, limit)?;
    let mut complete = entries.len() < OTHERS_MAX;
    let mut waybills: BTreeMap<RecordId, String> = BTreeMap::new();
    for way in [Way::In, Way::Out] {
        let (shipments, is_all) = shipments(reader, site, (way, days), places)?;
        complete &= is_all;
        let keys: Vec<EntryKey> = shipments.keys().copied().collect();
        let ids = reader.ids_of(&keys)?.into_iter();
        waybills.extend(ids.filter_map(|(key, id)| Some((id, shipments.get(&key)?.clone()))));
        let legs = reader.citing_of_types(&keys, &OF_SHIPMENTS)?;
        entries.extend(legs.into_iter().filter(|key| places.contains(key)));
    }
    entries.sort_unstable();
    entries.dedup();
    complete &= entries.len() <= READ_MAX;
    entries.truncate(READ_MAX);
    let mut told = Vec::new();
    for stored in reader.entries_at(&entries)? {
        let record = stored.record(|_| false);
        let record = record.map_err(|error| unreadable(stored.key, &error))?;
        if record.claims.iss == site.party {
            continue;
        }
        let Some(other) = other(reader, &record, &waybills)? else {
            continue;
        };
        let when = When {
            entry: stored.key,
            day: other.day,
            said_at: other.said_at,
        };
        let late = looked.tells(reader, when)?;
        told.extend(late.map(|late| Other { late, ..other }));
    }
    complete &= told.len() <= OTHERS_MAX;
    told.truncate(OTHERS_MAX);
    Ok((told, complete))
}

/// Waybills of the shipments that may have been on their way in these days, and whether these are all.
fn shipments(
    reader: &mut Reader<'_>,
    site: &SiteFacts,
    (way, days): (Way, Days),
    places: &Range<EntryKey>,
) -> Result<(BTreeMap<EntryKey, String>, bool), AppError> {
    let first = days.first.minus_days(ON_THE_WAY_DAYS).unwrap_or(days.first);
    let oldest = reader.first_since(LogNo::HOME, first.begins())?;
    let mut before = places.end;
    let mut found = BTreeMap::new();
    while found.len() < SHIPMENTS_MAX {
        let page = reader.shipments_of(&site.id, way, Some(before), SHIPMENTS_STEP)?;
        let Some(last) = page.last().map(|one| one.facts.key) else {
            return Ok((found, true));
        };
        let sent = page
            .into_iter()
            .map(|one| (one.facts.key, one.facts.waybill));
        found.extend(sent.filter(|(key, _)| *key >= oldest));
        if last < oldest {
            return Ok((found, true));
        }
        before = last;
    }
    Ok((found, false))
}

fn other(
    reader: &mut Reader<'_>,
    record: &Record,
    waybills: &BTreeMap<RecordId, String>,
) -> Result<Option<Other>, AppError> {
    let said_at = record.claims.iat;
    let (at, dispatch, passed) = match &record.body {
        Body::PickUp(body) => (body.at, Some(body.dispatch), None),
        Body::HandOn(body) => (body.at, Some(body.dispatch), None),
        Body::Deliver(body) => (body.at, Some(body.dispatch), None),
        Body::Receive(body) => (body.at, Some(body.dispatch), None),
        Body::Inspect(body) => (body.at, None, Some(body.passed)),
        Body::Hold(_) | Body::Release(_) => (said_at, None, None),
        _ => return Ok(None),
    };
    Ok(Some(Other {
        record: record.id,
        kind: record.claims.kind,
        day: at.china_date(),
        late: false,
        said_at,
        party: reader.party(&record.claims.iss)?,
        waybill: dispatch.and_then(|dispatch| waybills.get(&dispatch).cloned()),
        passed,
        on_behalf_of: record.body.on_behalf_of(),
    }))
}
