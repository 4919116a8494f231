//! The e-waybill 食品运输电子联单 as somebody at a checkpoint 道口 sees it who is not signed in: what
//! travels from which county to which, with which papers and seals, and how the cold chain stands. How
//! much, exact places, prices, people and tracks stay closed: nothing is opened here. A plate is shown
//! to whoever brings its disclosure, which is printed on the paper in the cab: it is compared with what
//! was signed, and nothing is looked up.

use super::arrival::{Gathered, gather, subject};
use super::course::{Course, course};
use super::following::{Following, following, read_each};
use super::leg::{Fallen, Leg, Way, fallen, standing};
use super::sent::{Sent, sent};
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::sight::Audience;
use crate::core::custody::{PartyFacts, SiteFacts};
use crate::core::ids::LotCode;
use crate::core::quantity::SignedDecimal;
use crate::core::record::body::Dispatch;
use crate::core::record::body::HandOnReason;
use crate::core::record::sealed::{SealedValue, Vehicle, disclosure_digest, open, vehicle_field};
use crate::core::record::{Body, Digest, Record, RecordId};
use crate::core::rules::paper::PaperFinding;
use crate::core::rules::product::ProductClass;
use crate::core::time::UnixSeconds;
use crate::core::trace::{Direction, Graph, Limits, trace};
use crate::core::verdict::{ColdLeg, PaperSeen, Route, Scope, State, judge, papers_for};
use crate::store::Reader;

/// Lots that are judged and shown at most; how many more there are is said.
pub const GOODS_MAX: usize = 64;

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
    /// From when until when it was under way, and which seals are on it now.
    pub way: Way,
    /// How the leg stands by its readings; none once the goods are there.
    pub leg: Option<Leg>,
    /// How warm it was all the way; none if nothing was read.
    pub course: Option<Course>,
    /// Recorders that fell silent before the goods were there.
    pub fallen: Vec<Fallen>,
    /// The goods.
    pub goods: Vec<Goods>,
    /// Lots beyond those.
    pub more: usize,
    vehicles: Vehicles,
}

/// The vehicles that were signed.
#[derive(Debug, Clone, Default)]
struct Vehicles {
    /// Digest of each, in order, and how often the goods had been moved to another vehicle by then.
    signed: Vec<(Digest, usize)>,
    /// How often they were moved so far.
    moves: usize,
}

/// What the plate on the paper is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnPaper {
    /// What was signed.
    Signed(Box<Vehicle>),
    /// What was signed before the goods were moved to another vehicle.
    Former(Box<Vehicle>),
    /// Not what was signed for this shipment.
    Other,
}

impl Waybill {
    /// Whether other seals are on it than when it left.
    #[must_use]
    pub fn is_resealed(&self) -> bool {
        self.way.seals.iter().ne(self.dispatch.seals.iter())
    }

    /// Which of the vehicles that were signed for this shipment a disclosure is, if any.
    #[must_use]
    pub fn vehicle(&self, disclosure: &str) -> OnPaper {
        let digest = disclosure_digest(disclosure);
        let Vehicles { signed, moves } = &self.vehicles;
        let Some((_, before)) = signed.iter().find(|(one, _)| *one == digest) else {
            return OnPaper::Other;
        };
        match open(vehicle_field(), disclosure).map(|it| it.value) {
            // Its shape was checked when it was opened.
            Ok(SealedValue::Json(json)) => match serde_json::from_str(&json) {
                Ok(vehicle) if before < moves => OnPaper::Former(vehicle),
                Ok(vehicle) => OnPaper::Signed(vehicle),
                Err(_) => OnPaper::Other,
            },
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
    let way = Way::of(&record);
    let mut vehicles = Vehicles::default();
    vehicles.take(&record);
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
        way,
        leg: None,
        course: None,
        fallen: Vec::new(),
        goods: Vec::new(),
        more,
        vehicles,
        dispatch: *dispatch,
        from,
        to,
    };
    let about = following(reader, facts.key)?;
    follow(reader, &about, &mut waybill)?;
    waybill.course = course(reader, &waybill.way, &about, now)?;
    let course = waybill.course.as_ref();
    if waybill.stage == Stage::OnTheWay {
        waybill.leg = Some(standing(course, &waybill.way, now));
    }
    waybill.fallen = course.map_or_else(Vec::new, |course| fallen(course, &waybill.way, now));
    let gathered = gather(reader, &lots, waybill.to.id, &Audience::Public)?;
    Ok(Some(Read { waybill, gathered }))
}

fn named(party: PartyFacts) -> Named {
    match party.name {
        Some(name) => (name, false),
        None => (party.id.to_string(), true),
    }
}

impl Vehicles {
    /// Takes the vehicles that a record signs for.
    fn take(&mut self, record: &Record) {
        let slots = record.slots.iter();
        let named = slots.filter(|slot| slot.field.name == "vehicle");
        // Another driver goes on with the same vehicle. Whether one was named is sealed.
        if let Body::HandOn(body) = &record.body
            && body.reason != HandOnReason::DriverChange
        {
            self.moves = self.moves.saturating_add(1);
        }
        let moves = self.moves;
        self.signed.extend(named.map(|slot| (slot.digest, moves)));
    }
}

/// What was recorded about the shipment since it left, apart from readings.
fn follow(
    reader: &mut Reader<'_>,
    about: &Following,
    waybill: &mut Waybill,
) -> Result<(), AppError> {
    let id = waybill.id;
    read_each(reader, &about.others, |_, _, record| {
        waybill.way.take(&record.body);
        match &record.body {
            Body::PickUp(body) if body.dispatch == id => {
                waybill.taken.push(TakenOver {
                    at: body.at,
                    seals_intact: body.seals_intact,
                    temp_c: body.temp_c,
                });
                waybill.vehicles.take(&record);
            }
            Body::HandOn(body) if body.dispatch == id => {
                waybill.changed = waybill.changed.saturating_add(1);
                waybill.vehicles.take(&record);
            }
            Body::Deliver(body) if body.dispatch == id && waybill.stage == Stage::OnTheWay => {
                waybill.stage = Stage::Delivered(body.at);
            }
            Body::Receive(body) if body.dispatch == id => {
                waybill.stage = Stage::Received(body.at);
            }
            _ => {}
        }
        true
    })
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
