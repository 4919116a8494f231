//! Before goods leave, and at the door: which papers are asked for and missing, and what the entry
//! check says. Both advise; whoever signs decides.

use super::json::{BodyProblems, read_json};
use super::limits::body::Room;
use super::problem::{Problem, ProblemBody, ReadProblems, Words};
use super::records::record_id;
use super::sight::Sight;
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::read::arrival::{AtTheDoor, LOTS_MAX, Looked, LotAdvised, at_arrival};
use crate::core::access::Data as Shown;
use crate::core::arrival::Reason;
use crate::core::ids::LotCode;
use crate::core::quantity::SignedDecimal;
use crate::core::rules::paper::PaperKind;
use actix_web::web::{Data, Payload, block};
use actix_web::{HttpRequest, HttpResponse, post};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Kinds of papers that somebody may say to have in hand; there are no more of them.
const PAPERS_SEEN_MAX: usize = 14;

/// Looks when it is our turn, on a thread that may block.
pub(super) async fn looked<T: Send + 'static>(
    node: Data<Node>,
    look: impl FnOnce(&Node) -> Result<Looked<T>, AppError> + Send + 'static,
    nothing: fn() -> Problem,
) -> Result<T, Problem> {
    let turn = node.turn().await?;
    let work = block(move || {
        let found = look(&node);
        drop(turn);
        found
    });
    match work.await.map_err(|_gone| Problem::internal())?? {
        Looked::Found(found) => Ok(found),
        Looked::Nothing => Err(nothing()),
        Looked::TooMany => Err(Problem::bad_request(
            format!("一次至多 {LOTS_MAX} 个批次"),
            format!("at most {LOTS_MAX} lots at a time"),
        )),
    }
}

/// What is seen at the door.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArrivalAsk {
    /// The record that dispatched the goods. / 发货记录
    #[schema(example = "{dispatch}")]
    pub dispatch: String,
    /// Lots of the shipment that are asked about; all of it if none is named, up to 64. / 要查的批次
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 64, example = json!([]))]
    pub lots: Vec<LotCode>,
    /// Temperature measured on arrival, of every lot that is not named below, in degrees Celsius. / 到货温度
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "3.5")]
    pub temp_c: Option<SignedDecimal>,
    /// The same by lot. / 各批次的到货温度
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>, example = json!({}))]
    pub temps_c: BTreeMap<String, SignedDecimal>,
    /// Whether the seals are whole and those of the dispatch. / 封签完好且相符
    #[serde(default)]
    pub seals_intact: Option<bool>,
    /// Kinds of papers in hand that are not on record. / 手头见到、未入账的证明
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 14, example = json!(["meat_inspection"]))]
    pub papers_seen: Vec<PaperKind>,
}

/// What the entry check says.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArrivalBody {
    /// About everything together: `accept`, `accept_with_note`, `hold` or `refuse`.
    #[schema(value_type = String, example = "accept_with_note")]
    pub advice: serde_json::Value,
    /// In words.
    pub words: Words,
    /// Lot by lot.
    pub lots: Vec<LotAdvisedBody>,
}

/// What it says about one lot.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotAdvisedBody {
    /// The lot.
    pub lot: String,
    /// `accept`, `accept_with_note`, `hold` or `refuse`.
    #[schema(value_type = String, example = "hold")]
    pub advice: serde_json::Value,
    /// In words.
    pub words: Words,
    /// Lowest temperature that is asked for, in degrees Celsius.
    pub temp_min_c: Option<String>,
    /// Highest temperature that is asked for, in degrees Celsius.
    pub temp_max_c: Option<String>,
    /// Why, the gravest first.
    pub reasons: Vec<ReasonBody>,
}

/// Why something is advised.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonBody {
    /// Stable code.
    #[schema(example = "temperature_on_arrival")]
    pub code: String,
    /// What it alone leads to.
    #[schema(value_type = String, example = "hold")]
    pub advice: serde_json::Value,
    /// It rests on a figure without a source, and leads to nothing.
    pub reference: bool,
    /// The paper that is missing or wrong, if it is about one.
    #[schema(value_type = Option<String>, example = "farm_certificate")]
    pub paper: Option<&'static str>,
    /// Its name.
    pub paper_words: Option<Words>,
    /// In words.
    pub why: Words,
}

impl From<Reason> for ReasonBody {
    fn from(reason: Reason) -> Self {
        Self {
            advice: serde_json::json!(reason.advice),
            code: reason.code,
            reference: reason.reference,
            paper: reason.paper.map(PaperKind::code),
            paper_words: reason.paper.map(|kind| kind.words().into()),
            why: reason.text.into(),
        }
    }
}

impl From<LotAdvised> for LotAdvisedBody {
    fn from(one: LotAdvised) -> Self {
        let degrees = |value: Option<SignedDecimal>| value.map(|value| value.to_string());
        Self {
            lot: one.lot.to_string(),
            advice: serde_json::json!(one.advised.advice),
            words: one.advised.advice.words().into(),
            temp_min_c: degrees(one.limits.min_c),
            temp_max_c: degrees(one.limits.max_c),
            reasons: one
                .advised
                .reasons
                .into_iter()
                .map(ReasonBody::from)
                .collect(),
        }
    }
}

/// What the entry check says about a shipment at the door of its consignee: accept, accept with a note,
/// hold or refuse, and why. For whoever may list what the consignee has. It advises; the receipt that is
/// signed decides, and nothing is recorded here.
///
/// 进货查验:按记录、证明、到货温度和封签给出接收、备注接收、暂存或拒收的建议和理由;不记录。
#[utoipa::path(tag = "shipments", security(("token" = []), ("cookie" = [])),
    request_body(content = ArrivalAsk,
        example = json!({"dispatch": "{dispatch}", "temp_c": "3.5", "seals_intact": true, "papers_seen": ["meat_inspection"]})),
    responses(
        (status = 200, description = "What is advised, and why.", body = ArrivalBody),
        (status = 403, description = "Not your site.", body = ProblemBody, content_type = "application/problem+json"),
        ReadProblems,
        BodyProblems,
))]
#[post("/v1/entry-check")]
pub async fn at_the_door(
    request: HttpRequest,
    mut payload: Payload,
    sight: Sight,
    node: Data<Node>,
    room: Data<Room>,
) -> Result<HttpResponse, Problem> {
    sight.expect_signed_in(Shown::Stock)?;
    let asked: ArrivalAsk = read_json(&request, &mut payload, &node, &room).await?;
    let dispatch = record_id(&asked.dispatch)?;
    if asked.papers_seen.len() > PAPERS_SEEN_MAX {
        return Err(Problem::bad_request(
            format!("手头的证明至多 {PAPERS_SEEN_MAX} 种"),
            format!("at most {PAPERS_SEEN_MAX} kinds of papers in hand"),
        ));
    }
    let mut measured_c = BTreeMap::new();
    for (lot, temp_c) in &asked.temps_c {
        measured_c.insert(LotCode::parse(lot)?, *temp_c);
    }
    let door = AtTheDoor {
        lots: asked.lots,
        every_c: asked.temp_c,
        measured_c,
        seals_intact: asked.seals_intact,
        papers_seen: asked.papers_seen,
    };
    let look = move |node: &Node| at_arrival(node, sight.audience(), &dispatch, &door);
    let nothing = || {
        Problem::not_found(
            "没有这个运输批，或其中没有这些批次",
            "no such shipment, or none of these lots in it",
        )
    };
    let (advice, lots) = looked(node, look, nothing).await?;
    Ok(HttpResponse::Ok().json(ArrivalBody {
        advice: serde_json::json!(advice),
        words: advice.words().into(),
        lots: lots.into_iter().map(LotAdvisedBody::from).collect(),
    }))
}
