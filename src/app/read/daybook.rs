//! The daybook of a site 进货台账、销售台账: what came in and what was sold between two days, line by line,
//! whichever device of whoever had the site then signed it; and what others did to its goods. What is sealed
//! stays closed but for quantities that may be seen: whoever wants a supplier's name opens the record, and
//! that is written down. A warehouse's book 出入库 has every line by which its stock changes, and whose goods
//! they were.
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
use super::whose::Owners;
use super::{OpenSite, expect_signed_in, open_site, unreadable};
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::sight::{Audience, opened};
use crate::core::custody::{
    EntryKey, KeyFacts, MoveFacts, MoveKey, MoveRole, PartyFacts, SiteFacts,
};
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
const TRADE: [RecordType; 3] = [RecordType::Receive, RecordType::Enter, RecordType::Sell];

/// What changes what a site holds.
const STOCK: [RecordType; 9] = [
    RecordType::Receive,
    RecordType::Enter,
    RecordType::Sell,
    RecordType::Create,
    RecordType::Transform,
    RecordType::Dispatch,
    RecordType::Settle,
    RecordType::Dispose,
    RecordType::Count,
];

/// Which lines a book has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// What was bought and sold: a till's and a canteen's.
    Trade,
    /// Every line by which goods came in or left, with whose they are: a warehouse's 出入库.
    Stock,
}

impl Told {
    const fn kinds(self) -> &'static [RecordType] {
        match self {
            Self::Trade => &TRADE,
            Self::Stock => &STOCK,
        }
    }
}

/// What is asked of a book.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Which days.
    pub days: Days,
    /// Which lines.
    pub told: Told,
    /// Behind which entry the page begins; none of the first.
    pub after: Option<EntryKey>,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaybookRow {
    /// The record.
    pub record: RecordId,
    /// What it tells.
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
    /// The shipment that was received, sent or settled.
    pub shipment: Option<Shipped>,
    /// Whose the goods are or were, of a book of the stock, if that is known.
    pub owner: Option<PartyFacts>,
}

/// The shipment of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipped {
    /// Number of the e-waybill.
    pub waybill: String,
    /// The sending site.
    pub from: Option<SiteFacts>,
    /// The party whose it is.
    pub party: Option<PartyFacts>,
    /// The site that is to receive.
    pub to: Option<SiteFacts>,
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
    wanted: Wanted,
) -> Result<Option<Daybook>, AppError> {
    expect_signed_in(audience)?;
    node.read(|reader| {
        let Some(open) = open_site(reader, site, audience)? else {
            return Ok(None);
        };
        let Wanted { days, told, after } = wanted;
        let mut places = days.places(reader)?;
        let (others, others_complete) = match after {
            None => others(reader, &open.facts, days, &mut places)?,
            Some(_) => (Vec::new(), true),
        };
        if let Some(after) = after {
            let behind = EntryKey::from_i64(after.get().saturating_add(1));
            places.told.start = behind.max(places.told.start);
        }
        let (entries, keys_complete) = telling(reader, &open.facts, (told, &places.told))?;
        let page = page(reader, &open, (told, &mut places), &entries)?;
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
    (told, places): (Told, &Range<EntryKey>),
) -> Result<(Vec<EntryKey>, bool), AppError> {
    let (mut found, mut complete) = (Vec::new(), true);
    for party in parties(reader, site)? {
        let keys: Vec<KeyFacts> = reader.keys_of_party(&party, KEYS_MAX)?;
        complete &= u32::try_from(keys.len()).is_ok_and(|keys| keys < KEYS_MAX);
        let of_site = |key: &&KeyFacts| key.sites.is_empty() || key.sites.contains(&site.id);
        for key in keys.iter().filter(of_site) {
            found.extend(reader.entries_of_key(&key.kid, places, told.kinds())?);
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
    (told, places): (Told, &mut Places),
    entries: &[EntryKey],
) -> Result<Daybook, AppError> {
    let mut book = Daybook {
        rows: Vec::new(),
        goods: BTreeMap::new(),
        others: Vec::new(),
        complete: true,
        next: None,
    };
    let mut looked = LookedUp::of(told);
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
            if record.claims.site != Some(open.facts.id) {
                continue;
            }
            let day = told_day(&record);
            let when = When {
                entry: stored.key,
                day,
                said_at: record.claims.iat,
            };
            if let Some(late) = places.tells(reader, when)? {
                let told = (stored.key, &record, (day, late));
                rows_of(reader, told, &mut looked, &mut book.rows)?;
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

/// The day of which a record tells: that on which goods came or left, as far as it says one, else that on which it
/// was signed.
fn told_day(record: &Record) -> ChinaDate {
    match &record.body {
        Body::Receive(body) => body.at.china_date(),
        Body::Enter(body) => body.received_on,
        Body::Sell(body) => body.sold_on,
        Body::Dispose(body) => body.at.china_date(),
        Body::Count(body) => body.at.china_date(),
        _ => record.claims.iat.china_date(),
    }
}

/// What lines of a page have in common, looked up once.
struct LookedUp {
    shipments: BTreeMap<RecordId, Option<Shipped>>,
    /// Of a book of the stock.
    owners: Option<Owners>,
}

impl LookedUp {
    fn of(told: Told) -> Self {
        Self {
            shipments: BTreeMap::new(),
            owners: (told == Told::Stock).then(Owners::default),
        }
    }

    fn shipment(
        &mut self,
        reader: &mut Reader<'_>,
        dispatch: &RecordId,
    ) -> Result<Option<Shipped>, AppError> {
        if let Some(known) = self.shipments.get(dispatch) {
            return Ok(known.clone());
        }
        let found = shipped(reader, dispatch)?;
        self.shipments.insert(*dispatch, found.clone());
        Ok(found)
    }
}

fn rows_of(
    reader: &mut Reader<'_>,
    (key, record, (day, late)): (EntryKey, &Record, (ChinaDate, bool)),
    looked: &mut LookedUp,
    rows: &mut Vec<DaybookRow>,
) -> Result<(), AppError> {
    let dispatch = match &record.body {
        Body::Receive(body) => Some(body.dispatch),
        Body::Settle(body) => Some(body.dispatch),
        Body::Dispatch(_) => Some(record.id),
        _ => None,
    };
    let shipment = match dispatch {
        Some(dispatch) => looked.shipment(reader, &dispatch)?,
        None => None,
    };
    for facts in reader.lines_of(&[key])? {
        // What was lost or destroyed on its way had left before.
        if matches!(facts.role, MoveRole::Lost | MoveRole::Destroyed) {
            continue;
        }
        let owner = match &mut looked.owners {
            Some(owners) => owners.of(reader, &facts)?,
            None => None,
        };
        rows.push(DaybookRow {
            record: record.id,
            kind: record.claims.kind,
            line: facts.key,
            day,
            late,
            said_at: record.claims.iat,
            quantity: record.quantity(facts.key.n()),
            on_behalf_of: record.body.on_behalf_of(),
            shipment: shipment.clone(),
            owner,
            facts,
        });
    }
    Ok(())
}

fn shipped(reader: &mut Reader<'_>, dispatch: &RecordId) -> Result<Option<Shipped>, AppError> {
    let Some(key) = reader.key_of(dispatch)? else {
        return Ok(None);
    };
    let Some(facts) = reader.shipments(&[key])?.pop() else {
        return Ok(None);
    };
    Ok(Some(Shipped {
        waybill: facts.waybill,
        from: reader.site(&facts.from)?,
        party: reader.party(&facts.sender)?,
        to: reader.site(&facts.to)?,
    }))
}
