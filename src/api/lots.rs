//! Lots: by code, and what the records say about them.

use super::answer::{Ask, answer, answer_judged, formed_json};
use super::problem::{Problem, ReadProblems};
use super::schema;
use crate::app::read::judged::Form;
use crate::app::read::lots::{Lot, lots};
use crate::app::trace::Question;
use crate::core::ids::{LotCode, SiteId};
use crate::core::time::UnixSeconds;
use crate::core::trace::Direction;
use actix_web::dev::Payload;
use actix_web::web::{Path, Query};
use actix_web::{FromRequest, HttpRequest, HttpResponse, get};
use serde::{Deserialize, Serialize};
use std::future::{Ready, ready};
use utoipa::{IntoParams, ToSchema};

/// Where a lot was scanned.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AtQuery {
    /// Code of the site: the exact path to it rather than the lot as a whole. / 扫码的场所
    #[param(example = "A32050901")]
    pub at: Option<String>,
}

/// A lot code.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CodeQuery {
    /// The code: `01/{gtin}/10/{batch}` or `t/{code}`. / 批次码
    #[param(
        pattern = r"^(01/[0-9]{14}(/22/[!-.0-~]{1,60})?/10/[!-.0-~]{1,60}(/21/[!-.0-~]{1,60})?|t/[0-9A-Z][0-9A-Z-]{2,38}[0-9A-Z])$",
        example = "01/09520002000033/10/Q0417-1"
    )]
    pub code: String,
}

/// The lots of a code.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotsBody {
    /// The code.
    #[schema(example = "01/09520002000033/10/Q0417-1")]
    pub code: String,
    /// One for each line that brought such a lot into being; more than one is a finding.
    pub origins: Vec<LotBody>,
}

/// A lot.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotBody {
    /// The record that brought it into being.
    pub record: String,
    /// The line there.
    #[schema(example = 1)]
    pub line: u16,
    /// Class of product.
    #[schema(example = "pork")]
    pub class: String,
    /// Party that brought it into being.
    pub party: String,
    /// Date of harvest, slaughter or production.
    #[schema(example = "2026-04-17")]
    pub made_on: String,
    /// Last day of shelf life.
    pub best_before: Option<String>,
}

impl From<&Lot> for LotBody {
    fn from(lot: &Lot) -> Self {
        Self {
            record: lot.origin.0.to_string(),
            line: lot.origin.1,
            class: lot.facts.class.code().to_owned(),
            party: lot.facts.party.to_string(),
            made_on: lot.facts.made_on.to_string(),
            best_before: lot.facts.best_before.map(|day| day.to_string()),
        }
    }
}

async fn lots_answer(ask: Ask, code: LotCode) -> Result<HttpResponse, Problem> {
    answer(ask, move |node| {
        let found = lots(node, &code)?;
        if found.is_empty() {
            return Err(unknown_lot(&code));
        }
        Ok(LotsBody {
            code: code.to_string(),
            origins: found.iter().map(LotBody::from).collect(),
        })
    })
    .await
}

fn unknown_lot(code: &LotCode) -> Problem {
    Problem::new(
        "unknown_lot",
        format!("查无此码:{code}"),
        format!("no lot {code}"),
    )
}

/// The lots with a code.
///
/// 按批次码查询批次。
#[utoipa::path(tag = "lots", params(CodeQuery), responses(
    (status = 200, description = "The lots.", body = LotsBody),
    (status = 304, description = "As it was."),
    ReadProblems,
))]
#[get("/v1/lots")]
pub async fn by_query(ask: Ask, query: Query<CodeQuery>) -> Result<HttpResponse, Problem> {
    lots_answer(ask, LotCode::parse(&query.code)?).await
}

/// The lots with a code, in the path.
///
/// 按批次码查询批次。
#[utoipa::path(tag = "lots",
    params(("code" = String, Path, pattern = r"^(01/[0-9]{14}(/22/[!-.0-~]{1,60})?/10/[!-.0-~]{1,60}(/21/[!-.0-~]{1,60})?|t/[0-9A-Z][0-9A-Z-]{2,38}[0-9A-Z])$", description = "The lot code, slashes and all / 批次码", example = "01/09520002000033/10/Q0417-1")),
    responses(
    (status = 200, description = "The lots.", body = LotsBody),
    (status = 304, description = "As it was."),
    ReadProblems,
))]
#[get("/v1/lots/{code:.+}")]
pub async fn by_path(ask: Ask, lot: LotPath) -> Result<HttpResponse, Problem> {
    lots_answer(ask, lot.0).await
}

/// What the records say about a lot: complete, gaps, anomalies, recalled and so on.
///
/// 判定:说的是记录,不是食物。
#[utoipa::path(tag = "lots",
    params(("code" = String, Path, pattern = r"^(01/[0-9]{14}(/22/[!-.0-~]{1,60})?/10/[!-.0-~]{1,60}(/21/[!-.0-~]{1,60})?|t/[0-9A-Z][0-9A-Z-]{2,38}[0-9A-Z])$", description = "The lot code, slashes and all / 批次码", example = "01/09520002000033/10/Q0417-1"), AtQuery),
    responses(
    (status = 200, description = "The verdict; a code without records has the state `unknown`.", body = schema::Verdict),
    (status = 304, description = "As it was."),
    ReadProblems,
))]
#[get("/v1/lots/{code:.+}/verdict")]
pub async fn verdict(
    ask: Ask,
    lot: LotPath,
    query: Query<AtQuery>,
) -> Result<HttpResponse, Problem> {
    let question = question(lot.0, query.at.as_deref(), Direction::Back)?;
    let form = Form {
        name: "verdict",
        write: |answer| {
            let verdict = answer.verdict;
            let mut timeless = verdict.clone();
            timeless.judged_at = UnixSeconds::default();
            formed_json(&verdict, &timeless)
        },
    };
    answer_judged(ask, question, form).await
}

/// A lot code in a path, slashes and all.
pub struct LotPath(pub LotCode);

impl FromRequest for LotPath {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let pattern = request.match_pattern().unwrap_or_default();
        let (before, after) = pattern.split_once("{code:.+}").unwrap_or((&*pattern, ""));
        let path = request.uri().path();
        let code = path.strip_prefix(before).unwrap_or(path);
        let code = code.strip_suffix(after).unwrap_or(code);
        // As it came, since what is encoded in it belongs to the code; but some programs encode
        // its slashes too, and then it is read once more.
        let code = LotCode::parse(code).or_else(|error| {
            let decoded = Path::<String>::from_request(request, payload).into_inner();
            let decoded = decoded.ok().and_then(|text| LotCode::parse(&text).ok());
            decoded.ok_or_else(|| error.into())
        });
        ready(code.map(Self))
    }
}

/// Reads what is asked about a lot.
pub(super) fn question(
    lot: LotCode,
    at: Option<&str>,
    direction: Direction,
) -> Result<Question, Problem> {
    Ok(Question {
        lot,
        at: at.map(SiteId::parse).transpose()?,
        direction,
    })
}
