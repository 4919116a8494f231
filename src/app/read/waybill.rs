//! The e-waybill 食品运输电子联单 as somebody at a checkpoint 道口 sees it who is not signed in: what
//! travels from which county to which, with which papers and seals, and how the cold chain stands. How
//! much, exact places, prices, people and tracks stay closed: nothing is opened here. A plate is shown
//! to whoever brings its disclosure, which is printed on the paper in the cab: it is compared with what
//! was signed, and nothing is looked up.

use super::arrival::{Gathered, gather, subject};
use super::following::{following, read_each};
use super::leg::{Leg, Readings};
use super::sent::{Sent, sent};
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::sight::Audience;
use crate::core::custody::{EntryKey, PartyFacts, SiteFacts};
use crate::core::ids::LotCode;
use crate::core::quantity::SignedDecimal;
use crate::core::record::body::Dispatch;
use crate::core::record::sealed::{SealedValue, Vehicle, disclosure_digest, open};
use crate::core::record::words::Name;
use crate::core::record::{Body, Record, RecordId};
use crate::core::rules::cold_chain::Range;
use crate::core::rules::paper::PaperFinding;
use crate::core::rules::product::ProductClass;
use crate::core::time::UnixSeconds;
use crate::core::trace::{Direction, Graph, Limits, trace};
use crate::core::verdict::{ColdLeg, PaperSeen, Route, Scope, State, judge, papers_for};
use crate::store::Reader;

/// Lots that are judged and shown at most; how many more there are is said.
pub const GOODS_MAX: usize = 64;

/// Records of readings that are read, the newest: how the leg stands is what was read last.
const READINGS_MAX: usize = 200;

/// A party as everybody may see it: a natural person by number.
pub type Named = (String, bool);

/// What happened to a shipment so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It left and has not arrived.
    OnTheWay,
    /// The carrier says that it was delivered.
    Delivered(UnixSeconds),
    /// The consignee signed for it.
    Received(UnixSeconds),
}

/// A vehicle that took it over, with what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOver {
    /// When.
    pub at: UnixSeconds,
    /// Whether the seals were whole and those of the dispatch; none if there were none.
    pub seals_intact: Option<bool>,
    /// Temperature found, in degrees Celsius.
    pub temp_c: Option<SignedDecimal>,
}

/// Goods of one lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    /// The lot.
    pub lot: LotCode,
    /// Name of the product.
    pub name: Option<String>,
    /// Its class.
    pub class: Option<ProductClass>,
    /// What the records say of it.
    pub state: State,
    /// Its papers.
    pub papers: Vec<PaperSeen>,
    /// What is missing or wrong with those that this journey asks for.
    pub wrong: Vec<PaperFinding>,
    /// Its temperatures on this journey.
    pub cold: Option<ColdLeg>,
}

/// A shipment at a checkpoint.
#[derive(Debug, Clone)]
pub struct Waybill {
    /// The record that dispatched it.
    pub id: RecordId,
    /// What it says in the clear.
    pub dispatch: Dispatch,
    /// When the node admitted it.
    pub sent_at: UnixSeconds,
    /// Who sends.
    pub sender: Named,
    /// From where.
    pub from: SiteFacts,
    /// Who is to receive.
    pub receiver: Named,
    /// Where to.
    pub to: SiteFacts,
    /// Who carries, if it is another.
    pub carrier: Option<Named>,
    /// How far it came.
    pub stage: Stage,
    /// Vehicles that took it over, in order.
    pub taken: Vec<TakenOver>,
    /// How often it changed vehicles on the way.
    pub changed: usize,
    /// Seals that are on it now: those of the dispatch, or of whoever took it over last and put on new ones.
    pub seals: Vec<Name>,
    /// How the leg stands by its readings; none once the goods are there.
    pub leg: Option<Leg>,
    /// The goods.
    pub goods: Vec<Goods>,
    /// Lots beyond those.
    pub more: usize,
    /// Digests of the vehicles that were signed, the newest first.
    vehicles: Vec<crate::core::record::Digest>,
}

/// What the plate on the paper is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnPaper {
    /// What was signed.
    Signed(Box<Vehicle>),
    /// Not what was signed for this shipment.
    Other,
}

impl Waybill {
    /// Whether other seals are on it than when it left.
    #[must_use]
    pub fn is_resealed(&self) -> bool {
        self.seals.iter().ne(self.dispatch.seals.iter())
    }

    /// Whether a disclosure is that of a vehicle that was signed for this shipment.
    #[must_use]
    pub fn vehicle(&self, disclosure: &str) -> OnPaper {
        let digest = disclosure_digest(disclosure);
        if !self.vehicles.contains(&digest) {
            return OnPaper::Other;
        }
        match open(crate::core::record::sealed::vehicle_field(), disclosure).map(|it| it.value) {
            // Its shape was checked when it was opened.
            Ok(SealedValue::Json(json)) => {
                serde_json::from_str(&json).map_or(OnPaper::Other, OnPaper::Signed)
            }
            _ => OnPaper::Other,
        }
    }
}

/// Everything that is read.
struct Read {
    waybill: Waybill,
    gathered: Vec<Gathered>,
}

/// The shipment that this record dispatched.
///
/// # Errors
/// What the database reports, or a stored record that cannot be read.
pub fn waybill(node: &Node, id: &RecordId) -> Result<Option<Waybill>, AppError> {
    let found = node.read(|reader| read(reader, id, node.clock().now()))?;
    let Some(Read {
        mut waybill,
        gathered,
    }) = found
    else {
        return Ok(None);
    };
    waybill.goods = gathered
        .into_iter()
        .map(|one| goods(node, &waybill, one))
        .collect();
    Ok(Some(waybill))
}

fn read(
    reader: &mut Reader<'_>,
    id: &RecordId,
    now: UnixSeconds,
) -> Result<Option<Read>, AppError> {
    let Some(sent) = sent(reader, id)? else {
        return Ok(None);
    };
    let Sent {
        facts,
        from,
        to,
        record,
        mut lots,
    } = sent;
    let more = lots.len().saturating_sub(GOODS_MAX);
    lots.truncate(GOODS_MAX);
    let mut vehicles = vehicle_digests(&record);
    let Body::Dispatch(dispatch) = record.body else {
        return Ok(None);
    };
    let carrier = match &dispatch.carrier {
        Some(carrier) => reader.party(carrier)?.map(named),
        None => None,
    };
    let (sender, receiver) = (reader.party(&facts.sender)?, reader.party(&to.party)?);
    let unknown = |id: &crate::core::ids::PartyId| (id.to_string(), false);
    let mut waybill = Waybill {
        id: *id,
        sent_at: facts.sent_at,
        sender: sender.map_or_else(|| unknown(&facts.sender), named),
        receiver: receiver.map_or_else(|| unknown(&to.party), named),
        carrier,
        stage: Stage::OnTheWay,
        taken: Vec::new(),
        changed: 0,
        seals: dispatch.seals.to_vec(),
        leg: None,
        goods: Vec::new(),
        more,
        vehicles: Vec::new(),
        dispatch: *dispatch,
        from,
        to,
    };
    let readings = follow(reader, facts.key, &mut waybill, &mut vehicles)?;
    if waybill.stage == Stage::OnTheWay {
        let asked = Range {
            min_c: waybill.dispatch.temp_min_c,
            max_c: waybill.dispatch.temp_max_c,
        };
        waybill.leg = Some(readings.standing(asked, now));
    }
    vehicles.reverse();
    waybill.vehicles = vehicles;
    let gathered = gather(reader, &lots, waybill.to.id, &Audience::Public)?;
    Ok(Some(Read { waybill, gathered }))
}

fn named(party: PartyFacts) -> Named {
    match party.name {
        Some(name) => (name, false),
        None => (party.id.to_string(), true),
    }
}

fn vehicle_digests(record: &Record) -> Vec<crate::core::record::Digest> {
    let slots = record.slots.iter();
    let vehicles = slots.filter(|slot| slot.field.name == "vehicle");
    vehicles.map(|slot| slot.digest).collect()
}

/// What was recorded about the shipment since it left.
fn follow(
    reader: &mut Reader<'_>,
    dispatch: EntryKey,
    waybill: &mut Waybill,
    vehicles: &mut Vec<crate::core::record::Digest>,
) -> Result<Readings, AppError> {
    let about = following(reader, dispatch)?;
    let older = about.readings.len().saturating_sub(READINGS_MAX);
    let newest = about.readings.iter().skip(older);
    let mut keys: Vec<EntryKey> = about.others.iter().chain(newest).copied().collect();
    keys.sort_unstable();
    let mut records = Vec::with_capacity(keys.len());
    read_each(reader, &keys, |_, _, record| {
        records.push(record);
        true
    })?;
    let mut readings = Readings::default();
    for record in records {
        match &record.body {
            Body::PickUp(body) if body.dispatch == waybill.id => {
                waybill.taken.push(TakenOver {
                    at: body.at,
                    seals_intact: body.seals_intact,
                    temp_c: body.temp_c,
                });
                vehicles.extend(vehicle_digests(&record));
                readings.by_hand(body.at, body.temp_c);
            }
            Body::Observe(body) if body.dispatch == Some(waybill.id) => readings.observe(body),
            Body::HandOn(body) if body.dispatch == waybill.id => {
                readings.by_hand(body.at, body.temp_c);
                waybill.changed = waybill.changed.saturating_add(1);
                if !body.seals.is_empty() {
                    waybill.seals = body.seals.to_vec();
                }
                vehicles.extend(vehicle_digests(&record));
            }
            Body::Deliver(body)
                if body.dispatch == waybill.id && waybill.stage == Stage::OnTheWay =>
            {
                waybill.stage = Stage::Delivered(body.at);
            }
            Body::Receive(body) if body.dispatch == waybill.id => {
                waybill.stage = Stage::Received(body.at);
            }
            _ => {}
        }
    }
    Ok(readings)
}

fn goods(node: &Node, waybill: &Waybill, one: Gathered) -> Goods {
    let now = node.clock().now();
    let graph = Graph::build(&one.input);
    let asked = subject(&one.lot, waybill.to.id);
    let traced = trace(&graph, &asked, Direction::Back, &Limits::default());
    let verdict = judge(&traced, &graph, now, Scope::Public);
    let route = Route {
        from: &waybill.from,
        to: &waybill.to,
        arrived: None,
    };
    let papers = papers_for(&traced, &graph, now, &route, &[]);
    let own = traced.lots.iter().find(|lot| !lot.ancestor);
    let info = own.and_then(|own| graph.lot_info(&own.lot.origin));
    let mut cold = verdict.cold.into_iter();
    Goods {
        name: info.map(|info| info.name.to_string()),
        class: info.map(|info| info.class),
        state: verdict.state,
        papers: verdict.papers,
        wrong: papers.map(|papers| papers.findings).unwrap_or_default(),
        cold: cold.find(|leg| leg.dispatch == waybill.id && leg.lot == one.lot),
        lot: one.lot,
    }
}
