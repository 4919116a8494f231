//! What a site holds, a page at a time: the newest first, since what came last is handled next. A warehouse
//! has thousands of lines; its workbench asks for one page after the other.

use super::desk::{Goods, goods};
use super::{expect_signed_in, line_refs, missing, open_site, unreadable};
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::sight::Audience;
use crate::core::custody::{EntryKey, MoveFacts, MoveKey, MoveRole, SiteFacts};
use crate::core::ids::{PartyId, SiteId};
use crate::core::record::LineRef;
use crate::store::Reader;
use std::collections::{BTreeMap, BTreeSet};

/// Lines of a page.
pub const PAGE_MAX: u32 = 500;

/// Something that a site holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The line that brought it.
    pub line: LineRef,
    /// What is left of it.
    pub facts: MoveFacts,
    /// The party that sent it here, if it came by a shipment.
    pub sender: Option<PartyId>,
    /// The party for whom an agent brought it in.
    pub on_behalf_of: Option<PartyId>,
}

/// A page of what a site holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldPage {
    /// The lines, the newest first.
    pub lines: Vec<Held>,
    /// Names of the parties that sent them, as far as they have one.
    pub senders: BTreeMap<PartyId, Option<String>>,
    /// The last of these lines, if there are older ones.
    pub next: Option<MoveKey>,
}

/// A page with what its lots are.
#[derive(Debug, Clone)]
pub struct HeldList {
    /// The lines.
    pub page: HeldPage,
    /// Their lots.
    pub goods: BTreeMap<MoveKey, Goods>,
    /// Whether quantities may be seen.
    pub shows_quantities: bool,
}

/// What a site holds, before a line. None if there is no such site.
///
/// # Errors
/// [`Denied`](crate::core::access::Denied) if lists of the site are not shown to `audience`; what the database reports.
pub fn held(
    node: &Node,
    site: &SiteId,
    audience: &Audience,
    before: Option<MoveKey>,
) -> Result<Option<HeldList>, AppError> {
    expect_signed_in(audience)?;
    node.read(|reader| {
        let Some(open) = open_site(reader, site, audience)? else {
            return Ok(None);
        };
        let page = page(reader, &open.facts, before)?;
        let lots = page.lines.iter().map(|line| line.facts.lot).collect();
        Ok(Some(HeldList {
            goods: goods(reader, lots)?,
            page,
            shows_quantities: open.shows_quantities,
        }))
    })
}

/// A page of what this site holds.
pub(super) fn page(
    reader: &mut Reader<'_>,
    site: &SiteFacts,
    before: Option<MoveKey>,
) -> Result<HeldPage, AppError> {
    // One more than a page has tells whether there is another.
    let mut found = reader.held_before(site.entry, before, PAGE_MAX.saturating_add(1))?;
    let most = usize::try_from(PAGE_MAX).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    let refs = line_refs(reader, found.iter().map(|line| line.key))?;
    let mut whose = whose(reader, &found)?;
    let came = |facts: &MoveFacts| facts.of.filter(|_| facts.role == MoveRole::Received);
    let dispatches: BTreeSet<EntryKey> = found
        .iter()
        .filter_map(came)
        .map(|line| line.entry())
        .collect();
    let dispatches: Vec<EntryKey> = dispatches.into_iter().collect();
    let shipments = reader.shipments(&dispatches)?.into_iter();
    let by: BTreeMap<EntryKey, PartyId> = shipments.map(|one| (one.key, one.sender)).collect();
    let next = found.last().filter(|_| more).map(|last| last.key);
    let lines = found.into_iter().map(|facts| {
        let line = refs.get(&facts.key).copied();
        let line = line.ok_or_else(|| missing(facts.key.entry()))?;
        let sender = came(&facts).and_then(|of| by.get(&of.entry()).copied());
        Ok(Held {
            line,
            on_behalf_of: whose.remove(&facts.key),
            facts,
            sender,
        })
    });
    let lines = lines.collect::<Result<Vec<Held>, AppError>>()?;
    Ok(HeldPage {
        senders: senders(reader, &lines)?,
        lines,
        next,
    })
}

/// For whom agents brought in what is held, by line.
fn whose(
    reader: &mut Reader<'_>,
    held: &[MoveFacts],
) -> Result<BTreeMap<MoveKey, PartyId>, AppError> {
    let entries: BTreeSet<EntryKey> = held.iter().map(|line| line.key.entry()).collect();
    let entries: Vec<EntryKey> = entries.into_iter().collect();
    let mut parties: BTreeMap<EntryKey, PartyId> = BTreeMap::new();
    for entry in reader.entries_at(&entries)? {
        let record = entry.record(|_| false);
        let record = record.map_err(|error| unreadable(entry.key, &error))?;
        parties.extend(record.body.on_behalf_of().map(|party| (entry.key, party)));
    }
    let known = |line: &MoveFacts| Some((line.key, *parties.get(&line.key.entry())?));
    Ok(held.iter().filter_map(known).collect())
}

/// What the parties are called that sent what is held.
fn senders(
    reader: &mut Reader<'_>,
    held: &[Held],
) -> Result<BTreeMap<PartyId, Option<String>>, AppError> {
    let parties: BTreeSet<PartyId> = held.iter().filter_map(|one| one.sender).collect();
    let mut named = BTreeMap::new();
    for id in parties {
        let name = reader.party(&id)?.and_then(|party| party.name);
        named.insert(id, name);
    }
    Ok(named)
}
