//! All that a site's workbench shows, in one look: what the site holds, what comes, what is on its way, and
//! what came otherwise than it was sent.

use super::held::{HeldPage, page};
use super::keeping::{Keeping, keeping};
use super::{expect_signed_in, line_refs, missing, open_site, unreadable};
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::sight::{Audience, Eyes};
use crate::core::custody::{
    EntryKey, LotFacts, MoveFacts, MoveKey, PartyFacts, ShipmentFacts, SiteFacts,
};
use crate::core::ids::SiteId;
use crate::core::record::body::LotInfo;
use crate::core::record::words::Name;
use crate::core::record::{Body, Jwk, LineRef, Record, RecordId};
use crate::core::rules::clocks::late_entry_allowance_s;
use crate::core::time::UnixSeconds;
use crate::store::{ListedShipment, Reader, StoredEntry, Way};
use std::collections::{BTreeMap, BTreeSet};

/// Shipments each way at most.
pub const SHIPMENTS_MAX: u32 = 60;

/// Receipts without their dispatch at most; a site that waits for more has another trouble.
const UNMATCHED_MAX: u32 = 60;

/// The newest shipments that are looked through for open ones and for differences.
const LOOKED_AT: u32 = 500;

/// What a lot is, as far as its first record says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    /// What the ledger knows.
    pub facts: LotFacts,
    /// The line that brought it into being.
    pub origin: LineRef,
    /// What the record of that line says of it; none if that record cannot be found.
    pub info: Option<LotInfo>,
    /// Plot, pond or house that it is of, if its record says so.
    pub plot: Option<Name>,
}

/// A shipment that is not closed.
#[derive(Debug, Clone)]
pub struct Moving {
    /// What the ledger knows.
    pub facts: ShipmentFacts,
    /// The dispatch, with the quantities that may be seen.
    pub dispatch: Record,
    /// The key that signed it; none if the registry of this node does not know it.
    pub signer: Option<Jwk>,
    /// What is not received yet, line by line.
    pub lines: Vec<MoveFacts>,
    /// The site at the other end, and the party whose it is.
    pub other: (Option<SiteFacts>, Option<PartyFacts>),
}

/// A line of a receipt that has to be settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disputed {
    /// The receipt's line.
    pub line: LineRef,
    /// What is open of it.
    pub facts: MoveFacts,
    /// The shipment.
    pub shipment: ShipmentFacts,
    /// The record that dispatched it.
    pub dispatch: RecordId,
}

/// A receipt whose dispatch never came: it waits for longer than a record may take to be entered in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unmatched {
    /// The receipt, which is not in the log.
    pub receipt: RecordId,
    /// The dispatch that it names.
    pub dispatch: RecordId,
    /// Since when it waits.
    pub since: UnixSeconds,
}

/// A desk.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Whose.
    pub site: SiteFacts,
    /// The party whose site it is.
    pub party: Option<PartyFacts>,
    /// What it holds.
    pub held: HeldPage,
    /// What comes, the newest first.
    pub incoming: Vec<Moving>,
    /// What is on its way elsewhere, the newest first.
    pub outgoing: Vec<Moving>,
    /// What came otherwise than it was sent and has to be settled by this site.
    pub disputed: Vec<Disputed>,
    /// Receipts of this site whose dispatch never came, the oldest first.
    pub unmatched: Vec<Unmatched>,
    /// All lots that are named above.
    pub goods: BTreeMap<MoveKey, Goods>,
    /// What it needs to know to keep goods well.
    pub keeping: Keeping,
    /// Whether quantities may be seen.
    pub shows_quantities: bool,
}

/// The desk of a site. None if there is no such site.
///
/// # Errors
/// [`Denied`](crate::core::access::Denied) if lists of the site are not shown to `audience`; what the database reports.
pub fn desk(node: &Node, site: &SiteId, audience: &Audience) -> Result<Option<Desk>, AppError> {
    let now = node.clock().now();
    let today = now.china_date();
    expect_signed_in(audience)?;
    node.read(|reader| {
        let Some(open) = open_site(reader, site, audience)? else {
            return Ok(None);
        };
        let (site, shows_quantities) = (open.facts, open.shows_quantities);
        let held = page(reader, &site, None)?;
        let (incoming, _) = moving(reader, &site, Way::In, audience)?;
        let (outgoing, sent) = moving(reader, &site, Way::Out, audience)?;
        let disputed = disputed(reader, &sent)?;
        let lines = held.lines.iter().map(|held| held.facts.lot);
        let lines = lines.chain(disputed.iter().map(|one| one.facts.lot));
        let sent = incoming.iter().chain(&outgoing);
        let lines = lines.chain(sent.flat_map(|one| one.lines.iter().map(|line| line.lot)));
        let lots: BTreeSet<MoveKey> = lines.collect();
        Ok(Some(Desk {
            party: reader.party(&site.party)?,
            goods: goods(reader, lots)?,
            keeping: keeping(reader, &site, today)?,
            unmatched: unmatched(reader, &site.id, now)?,
            site,
            held,
            incoming,
            outgoing,
            disputed,
            shows_quantities,
        }))
    })
}

/// The half of a handover that waits for the other for too long: the sender's phone never sent it.
fn unmatched(
    reader: &mut Reader<'_>,
    site: &SiteId,
    now: UnixSeconds,
) -> Result<Vec<Unmatched>, AppError> {
    let before = now.minus(late_entry_allowance_s());
    let waiting = reader.parked_at(site, before, UNMATCHED_MAX)?;
    let told = waiting.into_iter().map(|one| Unmatched {
        receipt: one.id,
        dispatch: one.awaits,
        since: one.parked_at,
    });
    Ok(told.collect())
}

/// Shipments that are not closed, and all that were looked through for them.
fn moving(
    reader: &mut Reader<'_>,
    site: &SiteFacts,
    way: Way,
    audience: &Audience,
) -> Result<(Vec<Moving>, Vec<ListedShipment>), AppError> {
    let looked_at = reader.shipments_of(&site.id, way, None, LOOKED_AT)?;
    let most = usize::try_from(SHIPMENTS_MAX).unwrap_or(usize::MAX);
    let open = looked_at.iter().filter(|one| one.in_transit).take(most);
    let open: Vec<ShipmentFacts> = open.map(|one| one.facts.clone()).collect();
    let keys: Vec<EntryKey> = open.iter().map(|one| one.key).collect();
    let mut lines: BTreeMap<EntryKey, Vec<MoveFacts>> = BTreeMap::new();
    // A line that another device of the site received is closed: nobody is asked to receive it again.
    for line in reader.lines_of(&keys)? {
        if !line.left.is_zero() {
            lines.entry(line.key.entry()).or_default().push(line);
        }
    }
    let mut stored: BTreeMap<EntryKey, StoredEntry> = BTreeMap::new();
    for entry in reader.entries_at(&keys)? {
        stored.insert(entry.key, entry);
    }
    let mut eyes = Eyes::of(audience);
    let mut found = Vec::with_capacity(open.len());
    for facts in open {
        let entry = stored.get(&facts.key).ok_or_else(|| missing(facts.key))?;
        let (dispatch, _) = eyes.quantities(reader, entry)?;
        let end = if way == Way::In {
            &facts.from
        } else {
            &facts.to
        };
        let place = reader.site(end)?;
        let party = match &place {
            Some(place) => reader.party(&place.party)?,
            None => None,
        };
        found.push(Moving {
            signer: reader
                .key(facts.key.log(), &dispatch.kid)?
                .map(|(key, _)| key.jwk),
            lines: lines.remove(&facts.key).unwrap_or_default(),
            dispatch,
            other: (place, party),
            facts,
        });
    }
    Ok((found, looked_at))
}

fn disputed(reader: &mut Reader<'_>, sent: &[ListedShipment]) -> Result<Vec<Disputed>, AppError> {
    let keys: Vec<EntryKey> = sent.iter().map(|one| one.facts.key).collect();
    let lines = reader.disputes_of(&keys)?;
    let refs = line_refs(reader, lines.iter().map(|line| line.key))?;
    let ids = reader.ids_of(&keys)?;
    let by_key: BTreeMap<EntryKey, &ShipmentFacts> =
        sent.iter().map(|one| (one.facts.key, &one.facts)).collect();
    let found = lines.into_iter().filter_map(|facts| {
        let key = facts.of?.entry();
        Some(Disputed {
            line: *refs.get(&facts.key)?,
            shipment: (*by_key.get(&key)?).clone(),
            dispatch: *ids.get(&key)?,
            facts,
        })
    });
    Ok(found.collect())
}

/// What these lots are.
pub(super) fn goods(
    reader: &mut Reader<'_>,
    lots: BTreeSet<MoveKey>,
) -> Result<BTreeMap<MoveKey, Goods>, AppError> {
    let keys: Vec<MoveKey> = lots.into_iter().collect();
    let refs = line_refs(reader, keys.iter().copied())?;
    let entries: BTreeSet<EntryKey> = keys.iter().map(|key| key.entry()).collect();
    let entries: Vec<EntryKey> = entries.into_iter().collect();
    let mut infos: BTreeMap<MoveKey, LotInfo> = BTreeMap::new();
    let mut plots: BTreeMap<EntryKey, Name> = BTreeMap::new();
    for entry in reader.entries_at(&entries)? {
        let record = entry.record(|_| false);
        let record = record.map_err(|error| unreadable(entry.key, &error))?;
        if let Body::Create(body) = &record.body
            && let Some(plot) = &body.plot
        {
            plots.insert(entry.key, plot.clone());
        }
        for info in lots_of(&record.body) {
            infos.insert(entry.key.line(info.n), info.clone());
        }
    }
    let mut found = BTreeMap::new();
    for facts in reader.lots(&keys)? {
        let origin = refs.get(&facts.key).copied();
        let goods = Goods {
            origin: origin.ok_or_else(|| missing(facts.key.entry()))?,
            info: infos.remove(&facts.key),
            plot: plots.get(&facts.key.entry()).cloned(),
            facts,
        };
        found.insert(goods.facts.key, goods);
    }
    Ok(found)
}

/// What a record says of the lots that it brings into being.
fn lots_of(body: &Body) -> &[LotInfo] {
    match body {
        Body::Create(body) => &body.lots,
        Body::Enter(body) => &body.lots,
        Body::Transform(body) => &body.lots,
        _ => &[],
    }
}
