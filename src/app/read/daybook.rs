//! The daybook of a site 进货台账、销售台账: what came in and what was sold between two days, line by line,
//! whichever device of whoever had the site then signed it; and what others did to its goods. What is sealed
//! stays closed but for quantities that may be seen: whoever wants a supplier's name opens the record, and
//! that is written down.
//!
//! There is no index by site and time, which every sale would pay for: a site is told of by the keys of its
//! parties, so their feeds are looked through by the names of their numbers (`entry_name`; `entry_feed` on
//! PostgreSQL), from the first entry after the first day on, and a page of them is read at a time.
//!
//! What was signed or recorded too late to be found from its own day on is told in the book of the day on which
//! it was recorded, as late 补记: its entry lies among those that are looked through for that day anyway.

pub use super::book_days::{DAYS_MAX, Days};
use super::book_days::{Places, When};
use super::desk::{Goods, goods};
pub use super::others::Other;
use super::others::others;
use super::{OpenSite, expect_signed_in, open_site, unreadable};
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::sight::{Audience, opened};
use crate::core::custody::{EntryKey, KeyFacts, MoveFacts, MoveKey, PartyFacts, SiteFacts};
use crate::core::ids::{PartyId, SiteId};
use crate::core::quantity::Amount;
use crate::core::record::sealed::Class;
use crate::core::record::{Body, Record, RecordId, RecordType, Subject};
use crate::core::time::{ChinaDate, UnixSeconds};
use crate::store::Reader;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Records that are read for one page.
pub const PAGE_RECORDS: usize = 2_000;

/// Lines of a page, but for those of its last record.
pub const PAGE_ROWS: usize = 2_000;

/// Keys of a party whose records are looked through at most.
const KEYS_MAX: u32 = 5_000;

/// Registrations of a site that are looked at: each may be by another party.
const REGISTRATIONS_MAX: u32 = 1_000;

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
    /// Whether it is told here for the day on which it was recorded, since it came too late, or was dated too far
    /// ahead, for the book of its own day.
    pub late: bool,
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
            None => others(reader, &open.facts, days, &mut places)?,
            Some(_) => (Vec::new(), true),
        };
        if let Some(after) = after {
            let behind = EntryKey::from_i64(after.get().saturating_add(1));
            places.told.start = behind.max(places.told.start);
        }
        let (entries, keys_complete) = telling(reader, &open.facts, &places.told)?;
        let page = page(reader, &open, &mut places, &entries)?;
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
    places: &mut Places,
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
            let day = told_day(&record).filter(|_| record.claims.site == Some(open.facts.id));
            let Some(day) = day else {
                continue;
            };
            let when = When {
                entry: stored.key,
                day,
                said_at: record.claims.iat,
            };
            if let Some(late) = places.tells(reader, when)? {
                let told = (stored.key, &record, (day, late));
                rows_of(reader, told, &mut origins, &mut book.rows)?;
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

/// The day of which a record tells, if it tells of goods that came or were sold.
fn told_day(record: &Record) -> Option<ChinaDate> {
    match &record.body {
        Body::Receive(body) => Some(body.at.china_date()),
        Body::Enter(body) => Some(body.received_on),
        Body::Sell(body) => Some(body.sold_on),
        _ => None,
    }
}

fn rows_of(
    reader: &mut Reader<'_>,
    (key, record, (day, late)): (EntryKey, &Record, (ChinaDate, bool)),
    origins: &mut BTreeMap<RecordId, Option<Origin>>,
    rows: &mut Vec<DaybookRow>,
) -> Result<(), AppError> {
    let from = match &record.body {
        Body::Receive(body) => {
            let known = origins.get(&body.dispatch).cloned();
            let origin = match known {
                Some(origin) => origin,
                None => origin(reader, &body.dispatch)?,
            };
            origins.insert(body.dispatch, origin.clone());
            origin
        }
        _ => None,
    };
    for facts in reader.lines_of(&[key])? {
        rows.push(DaybookRow {
            record: record.id,
            kind: record.claims.kind,
            line: facts.key,
            day,
            late,
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
