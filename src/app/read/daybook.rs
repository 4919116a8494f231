//! The daybook of a site 进货台账、销售台账: what came in and what was sold between two days, line by line,
//! whichever of the party's devices signed it. What is sealed stays closed but for quantities that may be
//! seen: whoever wants a supplier's name opens the record, and that is written down.

use super::desk::{Goods, goods};
use super::{OpenSite, expect_signed_in, open_site};
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::sight::{Audience, opened};
use crate::core::custody::{EntryKey, LogNo, MoveFacts, MoveKey, PartyFacts, SiteFacts};
use crate::core::ids::SiteId;
use crate::core::quantity::Amount;
use crate::core::record::sealed::Class;
use crate::core::record::{Body, Kid, Record, RecordId, RecordType};
use crate::core::time::{ChinaDate, UnixSeconds};
use crate::store::{Reader, StoredEntry};
use std::collections::{BTreeMap, BTreeSet};

/// Days that are looked at in one request at most.
pub const DAYS_MAX: i64 = 31;

/// Lines of a daybook at most.
pub const ROWS_MAX: usize = 2_000;

/// Keys of a party whose records are looked through at most.
const KEYS_MAX: u32 = 200;

/// Numbers of a key's feed that are read at a time.
const STEP: u64 = 200;

/// Records of all keys that are read at most.
const LOOKED_AT_MAX: usize = 6_000;

/// Days for which a record may be signed later than what it tells: entering papers of last week is common.
const SIGNED_WITHIN_DAYS: u64 = 7;

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaybookRow {
    /// The record.
    pub record: RecordId,
    /// What it tells: `receive`, `enter` or `sell`.
    pub kind: RecordType,
    /// Its line.
    pub line: MoveKey,
    /// The day on which goods came or were sold.
    pub day: ChinaDate,
    /// When it was signed, as its author says.
    pub said_at: UnixSeconds,
    /// The line, as the ledger computes with it.
    pub facts: MoveFacts,
    /// How much, if it may be seen.
    pub quantity: Option<Amount>,
    /// The shipment that was received: its waybill, and where it came from.
    pub from: Option<Origin>,
}

/// Where received goods came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Number of the e-waybill.
    pub waybill: String,
    /// The sending site.
    pub site: Option<SiteFacts>,
    /// The party whose it is.
    pub party: Option<PartyFacts>,
}

/// What came and went.
#[derive(Debug, Clone)]
pub struct Daybook {
    /// Lines, in the order in which they were recorded.
    pub rows: Vec<DaybookRow>,
    /// Whether all was looked at.
    pub complete: bool,
    /// The lots of those lines.
    pub goods: BTreeMap<MoveKey, Goods>,
}

/// A span of days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub first: ChinaDate,
    /// The last.
    pub last: ChinaDate,
}

impl Days {
    /// Whether it is a span that is looked at: neither backwards nor longer than [`DAYS_MAX`].
    #[must_use]
    pub fn is_fit(self) -> bool {
        (0..DAYS_MAX).contains(&self.last.days_since(self.first))
    }

    fn has(self, day: ChinaDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// Before when nothing was signed that may tell of these days.
    fn since(self) -> UnixSeconds {
        // A day of grace, since clocks of devices differ.
        let first = self.first.minus_days(1).unwrap_or(self.first);
        first.begins()
    }

    /// Whether a record that was signed then may still tell of these days.
    fn may_tell(self, said_at: UnixSeconds) -> bool {
        let until = self.last.plus_days(SIGNED_WITHIN_DAYS.saturating_add(1));
        said_at >= self.since() && until.is_none_or(|until| said_at < until.begins())
    }
}

/// The daybook of a site. None if there is no such site.
///
/// # Errors
/// [`Denied`](crate::core::access::Denied) if lists of the site are not shown to `audience`; what the
/// database reports.
pub fn daybook(
    node: &Node,
    site: &SiteId,
    audience: &Audience,
    days: Days,
) -> Result<Option<Daybook>, AppError> {
    expect_signed_in(audience)?;
    node.read(|reader| {
        let Some(open) = open_site(reader, site, audience)? else {
            return Ok(None);
        };
        let (records, mut complete) = told(reader, &open, days)?;
        let mut rows = Vec::new();
        let mut origins = BTreeMap::new();
        for (key, record) in &records {
            rows_of(reader, *key, record, &mut origins, &mut rows)?;
        }
        rows.sort_by_key(|row| row.line);
        rows.retain(|row| days.has(row.day));
        complete &= rows.len() <= ROWS_MAX;
        rows.truncate(ROWS_MAX);
        let lots: BTreeSet<MoveKey> = rows.iter().map(|row| row.facts.lot).collect();
        Ok(Some(Daybook {
            goods: goods(reader, lots)?,
            rows,
            complete,
        }))
    })
}

/// Records of the party's keys that tell of goods at this site, and whether all were looked at.
fn told(
    reader: &mut Reader<'_>,
    open: &OpenSite,
    days: Days,
) -> Result<(Vec<(EntryKey, Record)>, bool), AppError> {
    let keys = reader.keys_of_party(&open.facts.party, KEYS_MAX)?;
    let mut complete = u32::try_from(keys.len()).is_ok_and(|keys| keys < KEYS_MAX);
    let (mut found, mut looked_at) = (Vec::new(), 0_usize);
    for key in keys {
        let is_here = key.sites.is_empty() || key.sites.contains(&open.facts.id);
        let Some((_, Some(feed))) = reader.key(LogNo::HOME, &key.kid)?.filter(|_| is_here) else {
            continue;
        };
        let mut last = feed.seq_max;
        while last > 0 {
            if looked_at >= LOOKED_AT_MAX {
                complete = false;
                break;
            }
            let first = last.saturating_sub(STEP.saturating_sub(1)).max(1);
            let entries = reader.entries_of_feed(&key.kid, first..=last)?;
            looked_at = looked_at.saturating_add(entries.len());
            let mut newest_before = false;
            for stored in reader.entries_at(&entries)? {
                let record = read(&stored, &key.kid, open)?;
                let Some(record) = record else { continue };
                newest_before |= record.claims.iat < days.since();
                if tells(&record, open, days) {
                    found.push((stored.key, record));
                }
            }
            // Numbers of a feed grow with time: what is before these is older still.
            if newest_before {
                break;
            }
            last = first.saturating_sub(1);
        }
    }
    Ok((found, complete))
}

fn read(stored: &StoredEntry, kid: &Kid, open: &OpenSite) -> Result<Option<Record>, AppError> {
    let record = opened(stored, |class| {
        class == Class::Balance && open.shows_quantities
    })?;
    Ok((record.kid == *kid).then_some(record))
}

fn tells(record: &Record, open: &OpenSite, days: Days) -> bool {
    let is_kind = matches!(
        record.body,
        Body::Receive(_) | Body::Enter(_) | Body::Sell(_)
    );
    is_kind && record.claims.site == Some(open.facts.id) && days.may_tell(record.claims.iat)
}

fn rows_of(
    reader: &mut Reader<'_>,
    key: EntryKey,
    record: &Record,
    origins: &mut BTreeMap<RecordId, Option<Origin>>,
    rows: &mut Vec<DaybookRow>,
) -> Result<(), AppError> {
    let (day, from) = match &record.body {
        Body::Receive(body) => {
            let known = origins.get(&body.dispatch).cloned();
            let origin = match known {
                Some(origin) => origin,
                None => origin(reader, &body.dispatch)?,
            };
            origins.insert(body.dispatch, origin.clone());
            (body.at.china_date(), origin)
        }
        Body::Enter(body) => (body.received_on, None),
        Body::Sell(body) => (body.sold_on, None),
        _ => return Ok(()),
    };
    for facts in reader.lines_of(&[key])? {
        rows.push(DaybookRow {
            record: record.id,
            kind: record.claims.kind,
            line: facts.key,
            day,
            said_at: record.claims.iat,
            quantity: record.quantity(facts.key.n()),
            from: from.clone(),
            facts,
        });
    }
    Ok(())
}

fn origin(reader: &mut Reader<'_>, dispatch: &RecordId) -> Result<Option<Origin>, AppError> {
    let Some(key) = reader.key_of(dispatch)? else {
        return Ok(None);
    };
    let Some(facts) = reader.shipments(&[key])?.pop() else {
        return Ok(None);
    };
    Ok(Some(Origin {
        waybill: facts.waybill,
        site: reader.site(&facts.from)?,
        party: reader.party(&facts.sender)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(first: &str, last: &str) -> Days {
        let day = |text| ChinaDate::parse(text).unwrap();
        Days {
            first: day(first),
            last: day(last),
        }
    }

    #[test]
    fn a_span_is_one_day_to_a_month_and_never_backwards() {
        assert!(days("2026-11-22", "2026-11-22").is_fit());
        assert!(days("2026-10-01", "2026-10-31").is_fit());
        assert!(!days("2026-10-01", "2026-11-01").is_fit());
        assert!(!days("2026-11-22", "2026-11-21").is_fit());
    }

    #[test]
    fn what_is_signed_a_week_later_is_still_found_and_what_was_signed_before_is_not() {
        let asked = days("2026-11-10", "2026-11-11");
        let signed = |day: &str| ChinaDate::parse(day).unwrap().begins();
        assert!(!asked.may_tell(signed("2026-11-08")));
        assert!(asked.may_tell(signed("2026-11-09")));
        assert!(asked.may_tell(signed("2026-11-18")));
        assert!(!asked.may_tell(signed("2026-11-19")));
    }
}
