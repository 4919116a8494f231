//! The page of a shop or company 一企一码: what everybody may know of premises. Goods are shown by
//! class and never by quantity, sender or lot; a lot is named only where it is recalled or blocked.

use super::{entry, unreadable};
use crate::app::AppError;
use crate::app::memory::Formed;
use crate::app::node::Node;
use crate::app::read::judged::{Form, afresh, remembered_blocking};
use crate::app::sight::Audience;
use crate::app::trace::{Answer, Question};
use crate::core::custody::{EntryKey, LogNo, MoveKey, PartyFacts, SiteFacts};
use crate::core::ids::{LotCode, SiteId};
use crate::core::premises::{Colour, Known, colour};
use crate::core::record::body::{LicenceHeld, RiskGrade};
use crate::core::record::words::Name;
use crate::core::record::{Body, Record, Subject};
use crate::core::rules::product::ProductClass;
use crate::core::time::{ChinaDate, UnixSeconds};
use crate::core::trace::Direction;
use crate::core::verdict::State;
use crate::store::{Reader, Way};
use std::collections::{BTreeMap, BTreeSet};

/// Deliveries that are looked at: the newest.
const DELIVERIES_MAX: u32 = 40;

/// Days back from which a delivery counts as late.
pub const LATELY_DAYS: u64 = 90;

/// Lots of them that are judged at most.
const JUDGED_MAX: usize = 24;

/// Statements about premises that are read at most.
const STATEMENTS_MAX: usize = 200;

/// What came lately of one class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    /// The class.
    pub class: ProductClass,
    /// In how many lots.
    pub lots: usize,
    /// When the last of them was sent.
    pub last: ChinaDate,
}

/// What everybody may know of premises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// The premises.
    pub site: SiteFacts,
    /// Whose they are.
    pub party: Option<PartyFacts>,
    /// When it was last said what they are.
    pub said_at: UnixSeconds,
    /// When it was last said what the party is.
    pub party_said_at: Option<UnixSeconds>,
    /// Licences, as they were registered last.
    pub licences: Vec<LicenceHeld>,
    /// Risk grade of the party, as it was registered last.
    pub grade: Option<RiskGrade>,
    /// The posts of food-safety director and officer.
    pub posts: (Option<Name>, Option<Name>),
    /// The last inspection of the premises on record, and whether it passed.
    pub inspected: Option<(ChinaDate, bool)>,
    /// Whether an open hold or recall is about all of the premises.
    pub is_blocked: bool,
    /// What came lately.
    pub came: Vec<Came>,
    /// Lots that came lately and are recalled or blocked.
    pub concerned: Vec<(LotCode, State)>,
    /// The colour by the published rule.
    pub colour: Colour,
}

/// The deliveries to premises.
#[derive(Default)]
struct Lately {
    came: Vec<Came>,
    lots: Vec<LotCode>,
}

/// What everybody may know of premises; none if there are none with this code.
///
/// # Errors
/// What the database reports.
pub fn shop(node: &Node, id: &SiteId) -> Result<Option<Shop>, AppError> {
    let now = node.clock().now();
    let found = node.read(|reader| {
        let Some(site) = reader.site(id)? else {
            return Ok(None);
        };
        let shop = enrolled(reader, site)?;
        let lately = deliveries(reader, id, now)?;
        Ok::<_, AppError>(Some((shop, lately)))
    })?;
    let Some((mut shop, lately)) = found else {
        return Ok(None);
    };
    let mut states = Vec::new();
    for lot in lately.lots.into_iter().take(JUDGED_MAX) {
        let state = state_at(node, &lot, id)?;
        if matches!(state, State::Recalled | State::Held) {
            shop.concerned.push((lot, state));
        }
        states.push(state);
    }
    shop.came = lately.came;
    let known = Known {
        is_closed: !shop.site.open,
        is_blocked: shop.is_blocked,
        states,
        inspection_passed: shop.inspected.map(|(_, passed)| passed),
        licences_until: shop
            .licences
            .iter()
            .filter_map(|held| held.valid_to)
            .collect(),
    };
    shop.colour = colour(&known, now.china_date());
    Ok(Some(shop))
}

/// What was said of premises when they were registered last, and since.
fn enrolled(reader: &mut Reader<'_>, site: SiteFacts) -> Result<Shop, AppError> {
    let party = reader.party(&site.party)?;
    let of_site = read(reader, site.said)?;
    let mut shop = Shop {
        said_at: of_site.1,
        party_said_at: None,
        posts: (None, None),
        party,
        licences: Vec::new(),
        grade: None,
        inspected: None,
        is_blocked: false,
        came: Vec::new(),
        concerned: Vec::new(),
        colour: Colour::Grey,
        site,
    };
    if let Body::RegisterSite(body) = of_site.0.body {
        shop.licences.extend(body.licence);
        shop.posts = (body.safety_director, body.safety_officer);
    }
    if let Some(said) = shop.party.as_ref().map(|party| party.said) {
        let (record, at) = read(reader, said)?;
        shop.party_said_at = Some(at);
        // Of the registrar there is only what the first record says.
        if let Body::RegisterParty(body) = record.body {
            shop.licences.extend(body.licences.iter().cloned());
            shop.grade = body.risk_grade;
        }
    }
    statements(reader, &mut shop)?;
    Ok(shop)
}

/// A record and when it was admitted.
fn read(reader: &mut Reader<'_>, key: EntryKey) -> Result<(Record, UnixSeconds), AppError> {
    let stored = entry(reader, key)?;
    let beats = reader.beats_at(LogNo::HOME, &[key])?;
    let at = beats.get(&key).map(|beat| beat.at).unwrap_or_default();
    let record = stored.record(|_| false);
    Ok((record.map_err(|error| unreadable(key, &error))?, at))
}

/// What is said about premises as a whole: inspections, holds and recalls.
fn statements(reader: &mut Reader<'_>, shop: &mut Shop) -> Result<(), AppError> {
    let about = reader.about(&Subject::Site(shop.site.id))?;
    let newest: Vec<EntryKey> = about.into_iter().rev().take(STATEMENTS_MAX).collect();
    let mut open = BTreeSet::new();
    let mut blocking = BTreeSet::new();
    for key in &newest {
        let (record, _) = read(reader, *key)?;
        match record.body {
            Body::Inspect(body) if shop.inspected.is_none() => {
                shop.inspected = Some((body.at.china_date(), body.passed));
            }
            Body::Hold(_) | Body::Recall(_) => {
                blocking.insert(*key);
                open.insert(record.id);
            }
            _ => {}
        }
    }
    if blocking.is_empty() {
        return Ok(());
    }
    let related = reader.related(&blocking, &[], &[], STATEMENTS_MAX)?;
    for key in related.entries {
        match read(reader, key)?.0.body {
            Body::Release(body) => open.remove(&body.hold),
            Body::CloseRecall(body) => open.remove(&body.recall),
            _ => false,
        };
    }
    shop.is_blocked = !open.is_empty();
    Ok(())
}

/// What was sent to premises lately and has arrived, by class.
fn deliveries(
    reader: &mut Reader<'_>,
    site: &SiteId,
    now: UnixSeconds,
) -> Result<Lately, AppError> {
    let since = now.minus(LATELY_DAYS.saturating_mul(86_400));
    let shipments = reader.shipments_of(site, Way::In, None, DELIVERIES_MAX)?;
    let mut sent: BTreeMap<EntryKey, UnixSeconds> = BTreeMap::new();
    for shipment in shipments {
        if !shipment.in_transit && shipment.facts.sent_at >= since {
            sent.insert(shipment.facts.key, shipment.facts.sent_at);
        }
    }
    let dispatches: Vec<EntryKey> = sent.keys().rev().copied().collect();
    let lines = reader.lots_in(&dispatches)?;
    let keys: BTreeSet<MoveKey> = lines.iter().map(|(_, lot)| *lot).collect();
    let facts = reader.lots(&keys.into_iter().collect::<Vec<_>>())?;
    let facts: BTreeMap<MoveKey, _> = facts.into_iter().map(|lot| (lot.key, lot)).collect();
    let mut seen = BTreeSet::new();
    let mut by_class: BTreeMap<ProductClass, Came> = BTreeMap::new();
    let mut lately = Lately::default();
    for (dispatch, lot) in lines {
        let (Some(lot), Some(at)) = (facts.get(&lot), sent.get(&dispatch)) else {
            continue;
        };
        if !seen.insert(lot.key) {
            continue;
        }
        let day = at.china_date();
        let came = by_class.entry(lot.class).or_insert(Came {
            class: lot.class,
            lots: 0,
            last: day,
        });
        came.lots = came.lots.saturating_add(1);
        came.last = came.last.max(day);
        lately.lots.push(lot.code.clone());
    }
    lately.came = by_class.into_values().collect();
    Ok(lately)
}

/// The verdict on a lot at these premises, in a word; remembered as every other answer is.
fn state_at(node: &Node, lot: &LotCode, site: &SiteId) -> Result<State, AppError> {
    let question = Question {
        lot: lot.clone(),
        at: Some(*site),
        direction: Direction::Back,
    };
    let form = Form {
        name: "state",
        write: write_state,
    };
    let formed = match remembered_blocking(node, &question, &Audience::Public, form.name)? {
        Some(formed) => formed,
        None => afresh(node, &question, &Audience::Public, form)?,
    };
    serde_json::from_slice(&formed.body).map_err(|cause| AppError::Input(cause.to_string()))
}

fn write_state(answer: Answer) -> Result<Formed, AppError> {
    let body = serde_json::to_vec(&answer.verdict.state);
    Ok(Formed {
        body: body.map_err(|cause| AppError::Input(cause.to_string()))?,
        meaning: [0; 16],
    })
}
