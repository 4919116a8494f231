//! Shipments, named by the record that dispatched them.

use super::answer::{Ask, answer};
use super::problem::{Problem, ReadProblems};
use super::records::record_id;
use super::sight::class_codes;
use crate::app::read::course::Course;
use crate::app::read::leg::{Fallen, Leg, Standing};
use crate::app::read::shipments::{Shipment, shipment};
use crate::app::sight::closed_in;
use crate::core::quantity::SignedDecimal;
use crate::core::record::Record;
use crate::core::time::UnixSeconds;
use actix_web::web::Path;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

/// A shipment.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShipmentBody {
    /// The record that dispatched it.
    pub id: String,
    /// Number of the e-waybill.
    pub waybill: String,
    /// Sending party.
    pub sender: String,
    /// Sending site.
    pub from: String,
    /// Site that is to receive.
    pub to: String,
    /// Carrying party, when it is another.
    pub carrier: Option<String>,
    /// When the sender signed, in seconds since 1970.
    pub sent_at: u64,
    /// What was sent.
    pub lines: Vec<LineBody>,
    /// Classes of sealed values of the dispatch that are closed here; ask for the record to open
    /// those that you may see.
    #[schema(example = json!(["balance", "trade", "personal"]))]
    pub sealed: Vec<&'static str>,
    /// What is about it, in the order of the log: legs, readings (the newest thousand records of them),
    /// receipt, settlement.
    pub related: Vec<RelatedBody>,
    /// Seals that are on it now: those of the dispatch, or of whoever took it over last and put on new ones.
    #[schema(example = json!(["F-0017"]))]
    pub seals: Vec<String>,
    /// From when readings count, in seconds since 1970: the goods were taken over, or else sent off.
    pub leg_from: u64,
    /// Until when they count, in seconds since 1970: the goods were handed over; none if they were not.
    pub leg_to: Option<u64>,
    /// How it stands now by what is read.
    pub now: NowBody,
    /// How warm it was on the way so far, by whomever it was read; none if nothing was read.
    pub course: Option<CourseBody>,
    /// Recorders that fell silent before the goods were there, where the dispatch asks for a range.
    pub fallen: Vec<FallenBody>,
}

/// How a shipment stands by what is read on the way.
#[derive(Debug, Serialize, ToSchema)]
pub struct NowBody {
    /// `no_readings`, `in_range`, `out_of_range`, `silent` (nothing was read for longer than a recorder may
    /// be silent), `not_asked` (the dispatch asks for no range), or `over`.
    #[schema(example = "in_range")]
    pub standing: &'static str,
    /// When something was read last, in seconds since 1970.
    pub at: Option<u64>,
    /// What was read then, in degrees Celsius; of several sensors that are not silent, the one furthest out
    /// of the range.
    #[schema(value_type = Option<String>, example = "2.8")]
    pub temp_c: Option<SignedDecimal>,
}

const fn standing_code(standing: Standing) -> &'static str {
    match standing {
        Standing::NoReadings => "no_readings",
        Standing::InRange => "in_range",
        Standing::NotAsked => "not_asked",
        Standing::Excursion => "out_of_range",
        Standing::Silent => "silent",
        Standing::Over => "over",
    }
}

impl From<Leg> for NowBody {
    fn from(leg: Leg) -> Self {
        Self {
            standing: standing_code(leg.standing),
            at: leg.last.map(|(at, _)| at.get()),
            temp_c: leg.last.map(|(_, temp_c)| temp_c),
        }
    }
}

/// A recorder that fell silent.
#[derive(Debug, Serialize, ToSchema)]
pub struct FallenBody {
    /// Its number.
    #[schema(example = "T-1")]
    pub sensor: String,
    /// When it read last, in seconds since 1970.
    pub since: u64,
    /// The recorder that began after it, if one did.
    pub replaced_by: Option<String>,
}

impl From<Fallen> for FallenBody {
    fn from(fallen: Fallen) -> Self {
        Self {
            sensor: fallen.sensor,
            since: fallen.since.get(),
            replaced_by: fallen.replaced_by,
        }
    }
}

/// How warm it was on the way.
#[derive(Debug, Serialize, ToSchema)]
pub struct CourseBody {
    /// How many temperatures were read, measured at handovers too.
    pub readings: usize,
    /// Of them, out of the range that the dispatch asks for.
    pub outside: usize,
    /// How often a recorder said nothing for longer than it may and then spoke again, and how often nothing
    /// at all was read for as long.
    pub gaps: usize,
    /// The lowest, in degrees Celsius.
    #[schema(value_type = String, example = "1.5")]
    pub min_c: SignedDecimal,
    /// The highest, in degrees Celsius.
    #[schema(value_type = String, example = "3.9")]
    pub max_c: SignedDecimal,
    /// When the first was read, in seconds since 1970.
    pub first_at: u64,
    /// When the last was read, in seconds since 1970.
    pub last_at: u64,
    /// The last, in degrees Celsius.
    #[schema(value_type = String, example = "2.8")]
    pub last_c: SignedDecimal,
    /// Whether older ones were left out.
    pub cut: bool,
}

impl From<Course> for CourseBody {
    fn from(course: Course) -> Self {
        Self {
            readings: course.readings,
            outside: course.outside,
            gaps: course.gaps,
            min_c: course.min_c,
            max_c: course.max_c,
            first_at: course.first_at.get(),
            last_at: course.last_at.get(),
            last_c: course.last_c,
            cut: course.cut,
        }
    }
}

/// A line that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineBody {
    /// Number of the line.
    pub line: u16,
    /// Code of the lot.
    pub lot: String,
    /// How much, an exact decimal, if you may see quantities.
    pub quantity: Option<String>,
    /// Unit (UN/ECE Recommendation 20).
    #[schema(example = "KGM")]
    pub uom: &'static str,
}

/// A record that is about a shipment.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelatedBody {
    /// Its id.
    pub id: String,
    /// Its type.
    #[schema(example = "receive")]
    pub kind: &'static str,
    /// Its index in the log.
    pub index: u64,
}

/// The lines of a record, with their quantities where they are open.
pub(super) fn lines(record: &Record) -> Vec<LineBody> {
    let lines = record.claims.moves.iter().map(|line| LineBody {
        line: line.n,
        lot: line.lot.to_string(),
        quantity: record.quantity(line.n).map(|amount| amount.to_string()),
        uom: line.uom.code(),
    });
    lines.collect()
}

impl From<Shipment> for ShipmentBody {
    fn from(shipment: Shipment) -> Self {
        let facts = shipment.facts;
        let related = shipment.related.iter().map(|record| RelatedBody {
            id: record.id.to_string(),
            kind: record.kind.code(),
            index: record.key.index(),
        });
        Self {
            id: shipment.dispatch.id.to_string(),
            waybill: facts.waybill,
            sender: facts.sender.to_string(),
            from: facts.from.to_string(),
            to: facts.to.to_string(),
            carrier: facts.carrier.map(|carrier| carrier.to_string()),
            sent_at: facts.sent_at.get(),
            lines: lines(&shipment.dispatch),
            sealed: class_codes(&closed_in(&shipment.dispatch)),
            related: related.collect(),
            leg_from: shipment.way.from().get(),
            leg_to: shipment.way.to.map(UnixSeconds::get),
            seals: shipment.way.seals.iter().map(ToString::to_string).collect(),
            now: NowBody::from(shipment.leg),
            course: shipment.course.map(CourseBody::from),
            fallen: shipment.fallen.into_iter().map(FallenBody::from).collect(),
        }
    }
}

/// A shipment with what was recorded about it.
///
/// 运输批:发货、运输段、收货。
#[utoipa::path(tag = "shipments",
    params(("id" = String, Path, pattern = r"^[0-9A-Za-z_-]{42}[048AEIMQUYcgkosw]$", description = "Id of the dispatch / 发货记录的编号", example = "{dispatch}")),
    responses(
        (status = 200, description = "The shipment.", body = ShipmentBody),
        (status = 304, description = "As it was."),
        ReadProblems,
))]
#[get("/v1/shipments/{id}")]
pub async fn by_id(ask: Ask, path: Path<String>) -> Result<HttpResponse, Problem> {
    let id = record_id(&path)?;
    let sight = ask.sight().clone();
    // What lies ahead of the clock is no reading yet.
    answer(ask.judging(), move |node| {
        let found = shipment(node, &id, sight.audience())?;
        let found = found.ok_or_else(|| Problem::not_found("没有这个运输批", "no such shipment"));
        found.map(ShipmentBody::from)
    })
    .await
}
