//! The daybook of a site 进货台账、销售台账: what came in and what was sold between two days, line by line,
//! whichever device of whoever had the site then signed it; and what others did to its goods. What is sealed
//! stays closed but for quantities that may be seen: whoever wants a supplier's name opens the record, and
//! that is written down.
//!
//! There is no index by site and time, which every sale would pay for: a site is told of by the keys of its
//! parties, so their feeds are looked through by the names of their numbers (`entry_name`; `entry_feed` on
//! PostgreSQL), from the first entry after the first day on, and a page of them is read at a time.

use super::desk::{Goods, goods};
pub use super::others::Other;
use super::others::others;
use super::{OpenSite, expect_signed_in, open_site, unreadable};
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::sight::{Audience, opened};
use crate::core::custody::{EntryKey, KeyFacts, LogNo, MoveFacts, MoveKey, PartyFacts, SiteFacts};
use crate::core::ids::{PartyId, SiteId};
use crate::core::quantity::Amount;
use crate::core::record::sealed::Class;
use crate::core::record::{Body, Record, RecordId, RecordType, Subject};
use crate::core::time::{ChinaDate, UnixSeconds};
use crate::store::Reader;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Days that are looked at in one request at most.
pub const DAYS_MAX: i64 = 31;

/// Records that are read for one page.
pub const PAGE_RECORDS: usize = 2_000;

/// Lines of a page, but for those of its last record.
pub const PAGE_ROWS: usize = 2_000;

/// Keys of a party whose records are looked through at most.
const KEYS_MAX: u32 = 5_000;

/// Registrations of a site that are looked at: each may be by another party.
const REGISTRATIONS_MAX: u32 = 1_000;

/// Days for which a record may be signed later than what it tells: entering papers of last week is common.
const SIGNED_WITHIN_DAYS: u64 = 7;

/// Days for which a record may come later than the last day: a phone that was in a drawer for a month.
const RECORDED_WITHIN_DAYS: u64 = 45;

/// What tells of goods that come in or are sold.
const TELLING: [RecordType; 3] = [RecordType::Receive, RecordType::Enter, RecordType::Sell];

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
    /// The party for whom it was signed by an agent.
    pub on_behalf_of: Option<PartyId>,
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
    /// The lots of those lines.
    pub goods: BTreeMap<MoveKey, Goods>,
    /// What others did to goods of the site, with the first page.
    pub others: Vec<Other>,
    /// Whether everything is told, with the pages that follow: false if the site has more keys, or others
    /// did more, than is looked at.
    pub complete: bool,
    /// Behind what the next page begins, if there may be one.
    pub next: Option<EntryKey>,
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

    /// Whether a day is one of them.
    pub(super) fn has(self, day: ChinaDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// Before when nothing was signed that may tell of these days.
    fn since(self) -> UnixSeconds {
        // A day of grace, since clocks of devices differ.
        let first = self.first.minus_days(1).unwrap_or(self.first);
        first.begins()
    }

    /// Entries that may tell of these days: from the first on, and as long as records may come late.
    fn places(self, reader: &mut Reader<'_>) -> Result<Range<EntryKey>, AppError> {
        let within = SIGNED_WITHIN_DAYS.saturating_add(RECORDED_WITHIN_DAYS);
        let until = self.last.plus_days(within).map(ChinaDate::begins);
        let until = until.unwrap_or_else(|| self.last.begins());
        let start = reader.first_since(LogNo::HOME, self.since())?;
        Ok(start..reader.first_since(LogNo::HOME, until)?)
    }

    /// Whether a record that was signed then may still tell of these days.
    fn may_tell(self, said_at: UnixSeconds) -> bool {
        let until = self.last.plus_days(SIGNED_WITHIN_DAYS.saturating_add(1));
        said_at >= self.since() && until.is_none_or(|until| said_at < until.begins())
    }
}

/// A page of the daybook of a site: the first, or the one behind an entry. None if there is no such site.
///
/// # Errors
/// [`Denied`](crate::core::access::Denied) if lists of the site are not shown to `audience`; what the
/// database reports.
pub fn daybook(
    node: &Node,
    site: &SiteId,
    audience: &Audience,
    (days, after): (Days, Option<EntryKey>),
) -> Result<Option<Daybook>, AppError> {
    expect_signed_in(audience)?;
    node.read(|reader| {
        let Some(open) = open_site(reader, site, audience)? else {
            return Ok(None);
        };
        let mut places = days.places(reader)?;
        let (others, others_complete) = match after {
            None => others(reader, &open.facts, days, &places)?,
            Some(_) => (Vec::new(), true),
        };
        if let Some(after) = after {
            let behind = EntryKey::from_i64(after.get().saturating_add(1));
            places.start = behind.max(places.start);
        }
        let (entries, keys_complete) = telling(reader, &open.facts, &places)?;
        let page = page(reader, &open, days, &entries)?;
        let lots: BTreeSet<MoveKey> = page.rows.iter().map(|row| row.facts.lot).collect();
        Ok(Some(Daybook {
            goods: goods(reader, lots)?,
            others,
            complete: keys_complete && others_complete,
            ..page
        }))
    })
}

/// Entries by which keys of the site's parties may have told of goods, in the order of the log, and whether
/// all keys were looked at.
fn telling(
    reader: &mut Reader<'_>,
    site: &SiteFacts,
    places: &Range<EntryKey>,
) -> Result<(Vec<EntryKey>, bool), AppError> {
    let (mut found, mut complete) = (Vec::new(), true);
    for party in parties(reader, site)? {
        let keys: Vec<KeyFacts> = reader.keys_of_party(&party, KEYS_MAX)?;
        complete &= u32::try_from(keys.len()).is_ok_and(|keys| keys < KEYS_MAX);
        let of_site = |key: &&KeyFacts| key.sites.is_empty() || key.sites.contains(&site.id);
        for key in keys.iter().filter(of_site) {
            found.extend(reader.entries_of_key(&key.kid, places, &TELLING)?);
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok((found, complete))
}

/// The parties that have or had the site, by its registrations.
fn parties(reader: &mut Reader<'_>, site: &SiteFacts) -> Result<BTreeSet<PartyId>, AppError> {
    let all = EntryKey::from_i64(0)..EntryKey::from_i64(i64::MAX);
    let registered = reader.about_between(
        &Subject::Site(site.id),
        &all,
        &[RecordType::RegisterSite],
        REGISTRATIONS_MAX,
    )?;
    let mut parties = BTreeSet::from([site.party]);
    for stored in reader.entries_at(&registered)? {
        let record = stored.record(|_| false);
        let record = record.map_err(|error| unreadable(stored.key, &error))?;
        if let Body::RegisterSite(body) = &record.body {
            parties.insert(body.party);
        }
    }
    Ok(parties)
}

/// As many of these entries as a page has room for.
fn page(
    reader: &mut Reader<'_>,
    open: &OpenSite,
    days: Days,
    entries: &[EntryKey],
) -> Result<Daybook, AppError> {
    let mut book = Daybook {
        rows: Vec::new(),
        goods: BTreeMap::new(),
        others: Vec::new(),
        complete: true,
        next: None,
    };
    let mut origins = BTreeMap::new();
    let last = entries.last();
    for set in entries
        .get(..entries.len().min(PAGE_RECORDS))
        .unwrap_or_default()
        .chunks(STEP)
    {
        for stored in reader.entries_at(set)? {
            let record = opened(&stored, |class| {
                class == Class::Balance && open.shows_quantities
            })?;
            book.next = Some(stored.key);
            let is_here = record.claims.site == Some(open.facts.id);
            if is_here && days.may_tell(record.claims.iat) {
                rows_of(reader, stored.key, &record, &mut origins, &mut book.rows)?;
                book.rows.retain(|row| days.has(row.day));
            }
        }
        if book.rows.len() >= PAGE_ROWS {
            break;
        }
    }
    book.next = book.next.filter(|next| Some(next) != last);
    Ok(book)
}

/// Entries that are read together.
const STEP: usize = 100;

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
            on_behalf_of: record.body.on_behalf_of(),
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
