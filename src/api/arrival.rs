//! Before goods leave, and at the door: which papers are asked for and missing, and what the entry
//! check says. Both advise; whoever signs decides.

use super::json::{BodyProblems, read_json};
use super::limits::body::Room;
use super::problem::{Problem, ProblemBody, ReadProblems, Words};
use super::records::record_id;
use super::registry::unknown_site;
use super::sight::Sight;
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::read::arrival::{
    AtTheDoor, LOTS_MAX, Looked, LotAdvised, LotPapers, at_arrival, before_dispatch,
};
use crate::core::access::Data as Shown;
use crate::core::arrival::{Advice, Reason};
use crate::core::ids::{LotCode, SiteId};
use crate::core::quantity::SignedDecimal;
use crate::core::rules::paper::PaperKind;
use crate::core::text::Explain as _;
use crate::core::verdict::{AskedPaper, Finding, Weight};
use actix_web::web::{Data, Payload, block};
use actix_web::{HttpRequest, HttpResponse, post};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Kinds of papers that somebody may say to have in hand; there are no more of them.
const PAPERS_SEEN_MAX: usize = 14;

/// A dispatch that is planned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DispatchAsk {
    /// The sending site. / 发货场所
    #[schema(value_type = String, example = "A32050901")]
    pub from: SiteId,
    /// The receiving site. / 收货场所
    #[schema(value_type = String, example = "JY13101180000015")]
    pub to: SiteId,
    /// Codes of the lots. / 批次码
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 64, example = json!(["01/09520002000033/10/Q0417-1"]))]
    pub lots: Vec<LotCode>,
}

/// The papers that a dispatch asks for.
#[derive(Debug, Serialize, ToSchema)]
pub struct DispatchPapersBody {
    /// Whether nothing is wrong or missing that has a source, and nothing stops the goods.
    pub complete: bool,
    /// Lot by lot.
    pub lots: Vec<LotPapersBody>,
}

/// The papers of one lot.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotPapersBody {
    /// The lot.
    pub lot: String,
    /// Whether any record brings it into being.
    pub known: bool,
    /// Class of the goods.
    #[schema(example = "pork_cut")]
    pub class: Option<&'static str>,
    /// What is asked for, and what is at hand.
    pub papers: Vec<AskedPaperBody>,
    /// What is missing or wrong, and why.
    pub wrong: Vec<WrongBody>,
    /// What stops the goods whatever papers they have.
    pub stops: Vec<StopBody>,
}

/// Why goods stay where they are until somebody has decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct StopBody {
    /// Stable code: `recalled`, `held`, `expired` or `entry_check_pending`.
    #[schema(example = "entry_check_pending")]
    pub code: String,
    /// What an entry check would say to it.
    #[schema(value_type = String, example = "hold")]
    pub advice: serde_json::Value,
    /// The records that say so.
    pub records: Vec<String>,
    /// In words.
    pub why: Words,
}

impl From<Finding> for StopBody {
    fn from(finding: Finding) -> Self {
        let advice = match finding.gravity {
            Weight::Recalled | Weight::Expired => Advice::Refuse,
            _ => Advice::Hold,
        };
        Self {
            code: finding.code,
            advice: serde_json::json!(advice),
            records: finding.evidence.iter().map(ToString::to_string).collect(),
            why: finding.text.into(),
        }
    }
}

/// A paper that is asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedPaperBody {
    /// Name of the rule.
    #[schema(example = "meat_inspection_pork")]
    pub rule: String,
    /// The paper.
    #[schema(example = "meat_inspection")]
    pub kind: &'static str,
    /// Its name.
    pub words: Words,
    /// Why it is asked for.
    pub why: Words,
    /// Where the rule comes from, if a source was read.
    pub source: Option<String>,
    /// No source was read: it is for reference.
    pub reference: bool,
    /// How well the best one at hand is attested: `issued`, `confirmed`, `transcribed`; null if none is.
    #[schema(value_type = Option<String>, example = "issued")]
    pub at_hand: Option<serde_json::Value>,
}

/// What is missing or wrong with papers.
#[derive(Debug, Serialize, ToSchema)]
pub struct WrongBody {
    /// Stable code.
    #[schema(example = "paper_missing")]
    pub code: &'static str,
    /// The paper that would put it right, or that is wrong.
    #[schema(example = "farm_certificate")]
    pub kind: &'static str,
    /// It rests on a figure without a source, and stops nothing.
    pub reference: bool,
    /// In words.
    pub why: Words,
}

impl From<&AskedPaper> for AskedPaperBody {
    fn from(asked: &AskedPaper) -> Self {
        Self {
            rule: asked.rule.id.clone(),
            kind: asked.rule.kind.code(),
            words: asked.rule.kind.words().into(),
            why: asked.rule.words().into(),
            source: asked.rule.basis.source.clone(),
            reference: asked.rule.basis.reference,
            at_hand: asked
                .at_hand
                .and_then(|standing| serde_json::to_value(standing).ok()),
        }
    }
}

impl From<LotPapers> for LotPapersBody {
    fn from(one: LotPapers) -> Self {
        let LotPapers { lot, papers, stops } = one;
        let (asked, findings) = papers.as_ref().map_or((&[][..], &[][..]), |papers| {
            (&papers.asked[..], &papers.findings[..])
        });
        let wrong = findings.iter().map(|finding| WrongBody {
            code: finding.code(),
            kind: finding.kind().code(),
            reference: finding.is_reference(),
            why: finding.explain().into(),
        });
        Self {
            lot: lot.to_string(),
            known: papers.is_some(),
            papers: asked.iter().map(AskedPaperBody::from).collect(),
            wrong: wrong.collect(),
            stops: stops.into_iter().map(StopBody::from).collect(),
            class: papers.map(|papers| papers.class.code()),
        }
    }
}

/// Which papers a planned dispatch asks for by product and route, what is missing, and why. For whoever may
/// list what the sender has. Nothing is recorded. With one site as both ends: of goods that stay, with what was
/// asked for when they came in.
///
/// 发货前核对证明:按产品和路线列出应有的证明、缺什么、为什么;不记录。两端是同一场所时,连同进货时应有的一起核对。
#[utoipa::path(tag = "shipments", security(("token" = []), ("cookie" = [])),
    request_body(content = DispatchAsk,
        example = json!({"from": "A32050901", "to": "JY13101180000015", "lots": ["01/09520002000033/10/Q0417-1"]})),
    responses(
        (status = 200, description = "What is asked for and what is missing.", body = DispatchPapersBody),
        (status = 403, description = "Not your site.", body = ProblemBody, content_type = "application/problem+json"),
        ReadProblems,
        BodyProblems,
))]
#[post("/v1/dispatch-check")]
pub async fn before(
    request: HttpRequest,
    mut payload: Payload,
    sight: Sight,
    node: Data<Node>,
    room: Data<Room>,
) -> Result<HttpResponse, Problem> {
    sight.expect_signed_in(Shown::Stock)?;
    let asked: DispatchAsk = read_json(&request, &mut payload, &node, &room).await?;
    if asked.lots.is_empty() {
        return Err(Problem::bad_request("没有批次", "no lots"));
    }
    let look = move |node: &Node| {
        let route = (&asked.from, &asked.to);
        before_dispatch(node, sight.audience(), route, &asked.lots)
    };
    let papers = looked(node, look, unknown_site).await?;
    let lots: Vec<LotPapersBody> = papers.into_iter().map(LotPapersBody::from).collect();
    let is_fine = |lot: &LotPapersBody| {
        lot.known && lot.stops.is_empty() && lot.wrong.iter().all(|one| one.reference)
    };
    let body = DispatchPapersBody {
        complete: lots.iter().all(is_fine),
        lots,
    };
    Ok(HttpResponse::Ok().json(body))
}

/// Looks when it is our turn, on a thread that may block.
async fn looked<T: Send + 'static>(
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
