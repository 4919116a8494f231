//! What a ledger knows that a file is about: asked of a database here, or of a server.

use crate::app::AppError;
use crate::app::enrol::{facts_of_parties, facts_of_sites};
use crate::app::node::Node;
use crate::app::office::Office;
use crate::app::read::line_refs;
use crate::app::remote::{Remote, Sent};
use crate::core::custody::{MoveFacts, MoveKey, MoveRole};
use crate::core::ids::{LotCode, PartyId, SiteId};
use crate::core::imports::{Credit, Doing, Entry, Facts, File, Lot, Plan};
use crate::core::quantity::{Amount, Uom};
use crate::core::record::{LineRef, RecordId};
use crate::store::Reader;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Lines asked for together.
const PAGE: u32 = 500;

/// Lines of stock that are looked at: a warehouse has fewer.
const STOCK_MAX: usize = 50_000;

/// Lots that a server is asked about together.
const LOTS_TOGETHER: usize = 64;

/// Pages of lists that are read: beyond them nothing is compared, and the ledger decides.
const PAGES_MAX: usize = 100;

/// What a plan names.
struct Named {
    sites: BTreeSet<SiteId>,
    /// With the party for whom an agent brings each in.
    lots: BTreeMap<LotCode, Option<PartyId>>,
    parties: BTreeSet<PartyId>,
    waybills: BTreeSet<String>,
    takes: bool,
}

fn named(file: File, plan: &Plan) -> Named {
    let mut named = Named {
        sites: BTreeSet::new(),
        lots: BTreeMap::new(),
        parties: BTreeSet::new(),
        waybills: BTreeSet::new(),
        takes: matches!(file, File::Shipments | File::Sales),
    };
    for wish in &plan.wishes {
        let for_whom = wish.doing.for_whom();
        named.parties.extend(for_whom);
        match &wish.doing {
            Doing::Lot(Lot { line, .. }) | Doing::Entry(Entry { line, .. }) => {
                named.lots.insert(line.lot.clone(), for_whom);
            }
            Doing::Shipment(one) => {
                named.sites.insert(one.consignee);
                named.waybills.insert(one.waybill.to_string());
            }
            Doing::Sale(_) => {}
        }
    }
    named
}

fn nothing(site: SiteId) -> Facts {
    Facts {
        site,
        counties: BTreeMap::new(),
        stock: Vec::new(),
        lots: BTreeSet::new(),
        signs_for: BTreeSet::new(),
        waybills: BTreeSet::new(),
    }
}

/// As the node knows it.
///
/// # Errors
/// What the database reports.
pub fn facts_from_node(
    node: &Node,
    site: &SiteId,
    (file, plan): (File, &Plan),
) -> Result<Facts, AppError> {
    node.read(|reader| facts_of(reader, site, &named(file, plan)))
}

/// As the ledger of this machine knows it.
///
/// # Errors
/// What the database reports.
pub fn facts_from_office(
    office: &Office,
    site: &SiteId,
    (file, plan): (File, &Plan),
) -> Result<Facts, AppError> {
    office.read(|reader| facts_of(reader, site, &named(file, plan)))
}

fn facts_of(reader: &mut Reader<'_>, site: &SiteId, named: &Named) -> Result<Facts, AppError> {
    let mut facts = nothing(*site);
    let Some(there) = reader.site(site)? else {
        return Ok(facts);
    };
    facts.counties.insert(*site, there.county);
    for other in &named.sites {
        if let Some(other) = reader.site(other)? {
            facts.counties.insert(other.id, other.county);
        }
    }
    for party in &named.parties {
        let agent = reader.party(party)?.and_then(|party| party.agent);
        if *party == there.party || agent == Some(there.party) {
            facts.signs_for.insert(*party);
        }
    }
    for (code, for_whom) in &named.lots {
        let mut lots = reader.lots_by_code(code)?.into_iter();
        if lots.any(|lot| lot.party == for_whom.unwrap_or(there.party)) {
            facts.lots.insert(code.clone());
        }
    }
    for waybill in &named.waybills {
        let mut sent = reader.shipments_by_waybill(waybill)?.into_iter();
        if sent.any(|shipment| shipment.from == *site) {
            facts.waybills.insert(waybill.clone());
        }
    }
    if named.takes {
        let mut after: Option<MoveKey> = None;
        while facts.stock.len() < STOCK_MAX {
            let page = reader.holdings(there.entry, after, PAGE)?;
            after = page.last().map(|line| line.key);
            if page.is_empty() {
                break;
            }
            facts.stock.extend(credits(reader, page)?);
        }
    }
    Ok(facts)
}

/// What of these lines can be taken out: what is in transit cannot.
fn credits(reader: &mut Reader<'_>, lines: Vec<MoveFacts>) -> Result<Vec<Credit>, AppError> {
    let held: Vec<MoveFacts> = lines
        .into_iter()
        .filter(|line| line.role != MoveRole::Sent)
        .collect();
    let refs = line_refs(reader, held.iter().map(|line| line.key))?;
    let keys: Vec<MoveKey> = held.iter().map(|line| line.lot).collect();
    let lots = reader.lots(&keys)?.into_iter();
    let lots: BTreeMap<MoveKey, LotCode> = lots.map(|lot| (lot.key, lot.code)).collect();
    let credit = |facts: MoveFacts| {
        Some(Credit {
            line: *refs.get(&facts.key)?,
            lot: lots.get(&facts.lot)?.clone(),
            left: facts.left,
            uom: facts.uom,
        })
    };
    Ok(held.into_iter().filter_map(credit).collect())
}

/// As a server says it to whoever is signed in.
///
/// # Errors
/// What the server says, and an answer that cannot be understood.
pub fn facts_from_remote(
    remote: &Remote,
    site: &SiteId,
    (file, plan): (File, &Plan),
) -> Result<Facts, AppError> {
    let named = named(file, plan);
    let mut facts = nothing(*site);
    let sites: Vec<SiteId> = named.sites.iter().chain([site]).copied().collect();
    let sites = facts_of_sites(remote, &sites)?;
    let party = sites
        .iter()
        .find(|one| one.id == *site)
        .map(|one| one.party);
    facts.counties = sites.into_iter().map(|one| (one.id, one.county)).collect();
    let others: Vec<PartyId> = named.parties.iter().copied().collect();
    for other in facts_of_parties(remote, &others)? {
        if party == Some(other.id) || (other.agent.is_some() && other.agent == party) {
            facts.signs_for.insert(other.id);
        }
    }
    let lots: Vec<(&LotCode, Option<PartyId>)> = named
        .lots
        .iter()
        .map(|(lot, whom)| (lot, whom.or(party)))
        .collect();
    for some in lots.chunks(LOTS_TOGETHER) {
        facts.lots.extend(known_lots(remote, site, some)?);
    }
    if named.takes {
        let first = format!("/v1/holdings?site={site}&limit={PAGE}");
        pages(remote, first, |said| {
            let lines = said.get("holdings").and_then(Value::as_array);
            let lines = lines
                .into_iter()
                .flatten()
                .filter(|line| word(line, "role") != Some("sent"));
            for line in lines {
                facts
                    .stock
                    .push(credit_of(line).ok_or_else(|| not_understood("holdings"))?);
            }
            Ok(())
        })?;
    }
    if !named.waybills.is_empty() {
        let first = format!("/v1/shipments?site={site}&direction=outgoing&limit=100");
        pages(remote, first, |said| {
            let sent = said.get("shipments").and_then(Value::as_array);
            let numbers = sent
                .into_iter()
                .flatten()
                .filter_map(|one| word(one, "waybill"));
            let ours = numbers.filter(|number| named.waybills.contains(*number));
            facts.waybills.extend(ours.map(str::to_owned));
            Ok(())
        })?;
    }
    Ok(facts)
}

/// Those of these lots that the party named with each brought into being.
fn known_lots(
    remote: &Remote,
    site: &SiteId,
    lots: &[(&LotCode, Option<PartyId>)],
) -> Result<Vec<LotCode>, AppError> {
    let codes: Vec<&LotCode> = lots.iter().map(|(lot, _)| *lot).collect();
    let asked = json!({ "from": site, "to": site, "lots": codes }).to_string();
    let said = remote.json(
        "/v1/dispatch-check",
        Sent::Post("application/json", asked.as_bytes()),
    )?;
    let said = said
        .get("lots")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let mut known = Vec::new();
    for lot in said.filter(|lot| lot.get("known") == Some(&json!(true))) {
        let code = word(lot, "lot").and_then(|code| LotCode::parse(code).ok());
        let code = code.ok_or_else(|| not_understood("lots"))?;
        // Another's lot with this code is another lot.
        let origins = remote.json(
            &format!("/v1/lots?code={}", encoded(code.as_str())),
            Sent::Get,
        )?;
        let origins = origins.get("origins").and_then(Value::as_array);
        let mut origins = origins.into_iter().flatten();
        let whose = lots.iter().find(|(lot, _)| **lot == code);
        let whose = whose
            .and_then(|(_, party)| *party)
            .map(|party| party.to_string());
        if origins.any(|origin| word(origin, "party") == whose.as_deref()) {
            known.push(code);
        }
    }
    Ok(known)
}

/// A code as it stands in a query: its own signs of per cent are part of it.
fn encoded(code: &str) -> String {
    code.replace('%', "%25")
}

/// Reads one page of a list after the other.
fn pages(
    remote: &Remote,
    first: String,
    mut take: impl FnMut(&Value) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let mut next = Some(first);
    for _ in 0..PAGES_MAX {
        let Some(path) = next.take() else {
            break;
        };
        let said = remote.json(&path, Sent::Get)?;
        take(&said)?;
        next = word(&said, "next").map(str::to_owned);
    }
    Ok(())
}

fn credit_of(line: &Value) -> Option<Credit> {
    let number = line.get("line")?.as_u64()?;
    Some(Credit {
        line: LineRef(
            RecordId::parse(word(line, "record")?)?,
            u16::try_from(number).ok()?,
        ),
        lot: LotCode::parse(word(line, "lot")?).ok()?,
        left: Amount::parse(word(line, "left")?).ok()?,
        uom: Uom::from_code(word(line, "uom")?)?,
    })
}

fn word<'a>(said: &'a Value, name: &str) -> Option<&'a str> {
    said.get(name)?.as_str()
}

pub(super) fn not_understood(what: &str) -> AppError {
    AppError::Input(format!(
        "{what}: 服务器的答复无法理解 / the answer of the server cannot be understood"
    ))
}
