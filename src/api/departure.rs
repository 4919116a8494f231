//! Before goods leave: which papers are asked for and missing, and what stops the goods. It advises; whoever signs
//! decides.

use super::arrival::looked;
use super::json::{BodyProblems, read_json};
use super::limits::body::Room;
use super::problem::{Problem, ProblemBody, ReadProblems, Words};
use super::registry::unknown_site;
use super::sight::Sight;
use crate::app::node::Node;
use crate::app::read::arrival::{LotPapers, before_dispatch};
use crate::core::access::Data as Shown;
use crate::core::arrival::Advice;
use crate::core::ids::{LotCode, SiteId};
use crate::core::text::Explain as _;
use crate::core::verdict::{AskedPaper, Finding, Weight};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
