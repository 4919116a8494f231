//! Trace and bundle: where a lot came from and where it went, and the evidence for it.

use super::answer::{Ask, answer_judged, answer_text, formed_json};
use super::lots::{AtQuery, LotPath, question};
use super::problem::{Problem, ReadProblems};
use super::schema;
use super::sight::class_codes;
use crate::app::bundle::bundle_of;
use crate::app::memory::Formed;
use crate::app::read::judged::Form;
use crate::app::trace::Answer;
use crate::core::record::sealed::Class;
use crate::core::time::UnixSeconds;
use crate::core::trace::{Direction, Trace, TreeNode};
use crate::core::verdict::Verdict;
use actix_web::web::Query;
use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which way to trace.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// To where it came from. / 溯源
    #[default]
    Back,
    /// To where it went. / 追踪
    Forward,
    /// Both. / 双向
    Both,
}

impl From<Way> for Direction {
    fn from(way: Way) -> Self {
        match way {
            Way::Back => Self::Back,
            Way::Forward => Self::Forward,
            Way::Both => Self::Both,
        }
    }
}

/// What is traced.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TraceQuery {
    /// Code of the site where it was scanned. / 扫码的场所
    pub at: Option<String>,
    /// Which way; `back` unless said. / 方向
    #[serde(default)]
    #[param(inline, example = "back")]
    pub direction: Way,
}

/// A trace and what is to be said about it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TraceBody {
    /// What the records say.
    #[schema(value_type = schema::Verdict)]
    pub verdict: Verdict,
    /// The part of the graph that was reached.
    #[schema(value_type = schema::Trace)]
    pub trace: Trace,
    /// The same to draw.
    #[schema(value_type = schema::TreeNode)]
    pub tree: TreeNode,
    /// Classes of sealed values of which some are closed here; a quantity that is closed is null.
    #[schema(example = json!(["balance"]))]
    pub sealed: Vec<&'static str>,
    /// Where it went, to draw, if both ways were asked.
    #[schema(value_type = Option<schema::TreeNode>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub onward: Option<TreeNode>,
}

/// Where a lot came from, where it went, or both.
///
/// 追溯。
#[utoipa::path(tag = "lots",
    params(("code" = String, Path, pattern = r"^(01/[0-9]{14}(/22/[!-.0-~]{1,60})?/10/[!-.0-~]{1,60}(/21/[!-.0-~]{1,60})?|t/[0-9A-Z][0-9A-Z-]{2,38}[0-9A-Z])$", description = "The lot code, slashes and all / 批次码", example = "01/09520002000033/10/Q0417-1"), TraceQuery),
    responses(
        (status = 200, description = "The trace with its verdict.", body = TraceBody),
        (status = 304, description = "As it was."),
        ReadProblems,
))]
#[get("/v1/lots/{code:.+}/trace")]
pub async fn trace(
    ask: Ask,
    lot: LotPath,
    query: Query<TraceQuery>,
) -> Result<HttpResponse, Problem> {
    let question = question(lot.0, query.at.as_deref(), query.direction.into())?;
    let form = Form {
        name: "trace",
        write,
    };
    answer_judged(ask, question, form).await
}

fn write(answer: Answer) -> Result<Formed, Problem> {
    let body = TraceBody {
        verdict: answer.verdict,
        trace: answer.trace,
        tree: answer.tree,
        sealed: match answer.shows_quantities {
            true => Vec::new(),
            false => class_codes(&[Class::Balance]),
        },
        onward: answer.onward,
    };
    let mut timeless = body.clone();
    timeless.verdict.judged_at = UnixSeconds::default();
    formed_json(&body, &timeless)
}

/// The evidence bundle: everything needed to check the verdict without this server.
///
/// 证据包:离线核验所需的一切(`shisu verify`)。
#[utoipa::path(tag = "lots",
    params(("code" = String, Path, pattern = r"^(01/[0-9]{14}(/22/[!-.0-~]{1,60})?/10/[!-.0-~]{1,60}(/21/[!-.0-~]{1,60})?|t/[0-9A-Z][0-9A-Z-]{2,38}[0-9A-Z])$", description = "The lot code, slashes and all / 批次码", example = "01/09520002000033/10/Q0417-1"), AtQuery),
    responses(
        (status = 200, description = "The bundle (`shisu-bundle/v1`).", body = Object, content_type = "application/json"),
        (status = 304, description = "As it was."),
        ReadProblems,
))]
#[get("/v1/lots/{code:.+}/bundle")]
pub async fn bundle(
    ask: Ask,
    lot: LotPath,
    query: Query<AtQuery>,
) -> Result<HttpResponse, Problem> {
    let question = question(lot.0, query.at.as_deref(), Direction::Back)?;
    let audience = ask.sight().audience().clone();
    answer_text(ask.judging(), "application/json", move |node| {
        let bundle = bundle_of(node.tracer(), node.options(), &question, &audience)?;
        Ok(bundle.to_json())
    })
    .await
}
