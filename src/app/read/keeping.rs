//! What a site needs to know to keep goods well: how it is enrolled, what its zones read last, when it last
//! checked itself, and which inputs were used on it.

use super::unreadable;
use crate::app::AppError;
use crate::core::custody::{EntryKey, SiteFacts};
use crate::core::ids::PartyId;
use crate::core::quantity::SignedDecimal;
use crate::core::record::body::{InspectionMode, StorageFiling, UseInput, Zone};
use crate::core::record::words::Name;
use crate::core::record::{Body, Record, RecordId, RecordType, Subject};
use crate::core::time::{ChinaDate, UnixSeconds};
use crate::store::Reader;

/// The newest statements about a site that are looked through.
const LOOKED_AT: u32 = 2_000;

/// Records of one type that are read at most.
const READ_MAX: usize = 200;

/// Observations and inspections that are read at most.
const LATEST_MAX: usize = 40;

/// Days for which an input is told whose interval nobody wrote down.
pub const UNKNOWN_INTERVAL_DAYS: u64 = 60;

/// A reading of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastReading {
    /// When.
    pub at: UnixSeconds,
    /// °C.
    pub temp_c: SignedDecimal,
}

/// What a site needs to know to keep goods well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keeping {
    /// Its filing as storage, as it was enrolled last.
    pub filing: Option<StorageFiling>,
    /// Its zones, as they were enrolled last, each with what was read last; a zone that is read and not
    /// enrolled is told with its name alone.
    pub zones: Vec<(Zone, Option<LastReading>)>,
    /// The last self-check of the party whose site it is, or of its agent for it, and whether it passed.
    pub checked: Option<(UnixSeconds, bool)>,
    /// Inputs whose interval is not over, or is not known and began lately; the newest first.
    pub inputs: Vec<(RecordId, UseInput)>,
    /// Whether older statements were not looked through.
    pub is_cut: bool,
}

/// Reads it.
pub(super) fn keeping(
    reader: &mut Reader<'_>,
    site: &SiteFacts,
    today: ChinaDate,
) -> Result<Keeping, AppError> {
    let about = reader.newest_about(&Subject::Site(site.id), LOOKED_AT)?;
    let mut kept = Keeping {
        is_cut: u32::try_from(about.len()).unwrap_or(u32::MAX) >= LOOKED_AT,
        ..Keeping::default()
    };
    let mut of = |kind, most| of_type(reader, &about, kind, most);
    if let Some(Body::RegisterSite(body)) = of(RecordType::RegisterSite, 1)?.pop().map(body_of) {
        kept.filing = body.filing.clone();
        kept.zones = body.zones.iter().map(|zone| (zone.clone(), None)).collect();
    }
    for record in of(RecordType::Observe, LATEST_MAX)? {
        take_reading(&mut kept.zones, &record, site);
    }
    let checks = of(RecordType::Inspect, LATEST_MAX)?;
    kept.checked = checks.iter().find_map(|it| self_check(it, &site.party));
    for record in of(RecordType::UseInput, READ_MAX)? {
        let id = record.id;
        if let Body::UseInput(body) = record.body
            && is_on(&body, today)
        {
            kept.inputs.push((id, *body));
        }
    }
    Ok(kept)
}

fn body_of(record: Record) -> Body {
    record.body
}

/// The newest of one type, the newest first.
fn of_type(
    reader: &mut Reader<'_>,
    about: &[EntryKey],
    kind: RecordType,
    most: usize,
) -> Result<Vec<Record>, AppError> {
    let keys = reader.of_type(about, kind)?;
    let keys: Vec<EntryKey> = keys.into_iter().rev().take(most).collect();
    let mut records = Vec::with_capacity(keys.len());
    for entry in reader.entries_at(&keys)?.into_iter().rev() {
        let record = entry.record(|_| false);
        records.push(record.map_err(|error| unreadable(entry.key, &error))?);
    }
    Ok(records)
}

/// Takes the last reading of a zone, unless a later record had one. Others may be about the site; only those
/// that were written at it are of its zones.
fn take_reading(zones: &mut Vec<(Zone, Option<LastReading>)>, record: &Record, site: &SiteFacts) {
    let Body::Observe(body) = &record.body else {
        return;
    };
    let Some(name) = body.zone.as_ref() else {
        return;
    };
    let readings = body.sensors.iter().flat_map(|one| one.readings.iter());
    let last = readings.max_by_key(|reading| reading.at);
    let Some(last) = last.filter(|_| record.claims.site == Some(site.id)) else {
        return;
    };
    let last = LastReading {
        at: last.at,
        temp_c: last.temp_c,
    };
    match zones.iter_mut().find(|(zone, _)| zone.zone == *name) {
        Some((_, Some(_))) => {}
        Some((_, none)) => *none = Some(last),
        None => zones.push((unenrolled(name), Some(last))),
    }
}

fn unenrolled(name: &Name) -> Zone {
    Zone {
        zone: name.clone(),
        temp_min_c: None,
        temp_max_c: None,
    }
}

fn self_check(record: &Record, party: &PartyId) -> Option<(UnixSeconds, bool)> {
    match &record.body {
        Body::Inspect(body) if body.mode == InspectionMode::SelfCheck => {
            let whose = record.body.on_behalf_of();
            let is_own = whose.unwrap_or(record.claims.iss) == *party;
            is_own.then_some((body.at, body.passed))
        }
        _ => None,
    }
}

/// Whether an input may still matter for what is harvested.
fn is_on(input: &UseInput, today: ChinaDate) -> bool {
    let days = input.interval_days.map_or(UNKNOWN_INTERVAL_DAYS, u64::from);
    let ends = input.until.plus_days(days);
    ends.is_none_or(|ends| ends > today)
}
