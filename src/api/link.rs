//! GS1 Digital Links: what the code on a package leads to. Here it answers with JSON.

use super::answer::{Ask, answer};
use super::problem::{Problem, ReadProblems};
use super::schema;
use crate::app::trace::Question;
use crate::core::ids::{DigitalLink, LotCode, SiteId};
use crate::core::text::Explain as _;
use crate::core::trace::Direction;
use crate::core::verdict::Verdict;
use actix_web::web::{Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Host that is put before a path so that it reads as a link; it does not matter which.
const ANY_HOST: &str = "https://id.gs1.org";

/// Where a link was scanned, beside the data attributes that GS1 knows.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LinkQuery {
    /// Code of the site where it was scanned. / 扫码的场所
    pub at: Option<String>,
}

/// What a code leads to.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkBody {
    /// The lot it names.
    #[schema(example = "01/09520002000033/10/Q0417-1")]
    pub lot: String,
    /// What the records say.
    #[schema(value_type = schema::Verdict)]
    pub verdict: Verdict,
    /// Where there is more.
    pub links: LinksBody,
}

/// Where there is more about a lot.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinksBody {
    /// The lots of this code.
    pub lots: String,
    /// The verdict alone.
    pub verdict: String,
    /// The trace.
    pub trace: String,
    /// The evidence bundle.
    pub bundle: String,
}

impl LinksBody {
    fn of(lot: &LotCode, at: Option<&SiteId>) -> Self {
        let query = at.map(|site| format!("?at={site}")).unwrap_or_default();
        Self {
            lots: format!("/v1/lots?code={}", encoded(lot.as_str())),
            verdict: format!("/v1/lots/{lot}/verdict{query}"),
            trace: format!("/v1/lots/{lot}/trace{query}"),
            bundle: format!("/v1/lots/{lot}/bundle{query}"),
        }
    }
}

/// A code in a query: its per cent signs must survive one decoding.
fn encoded(code: &str) -> String {
    code.replace('%', "%25")
}

async fn follow(ask: Ask, lot: LotCode, at: Option<&str>) -> Result<HttpResponse, Problem> {
    let at = at.map(SiteId::parse).transpose()?;
    let audience = ask.sight().audience().clone();
    answer(ask.judging(), move |node| {
        let question = Question {
            lot,
            at,
            direction: Direction::Back,
        };
        let verdict = node.tracer().ask_as(&question, &audience)?.verdict;
        Ok(LinkBody {
            links: LinksBody::of(&question.lot, question.at.as_ref()),
            lot: question.lot.to_string(),
            verdict,
        })
    })
    .await
}

/// The link of a request, as it came, since what is encoded in it belongs to the code. Some programs
/// encode its slashes too; then it is read once more.
fn link_in(request: &HttpRequest, decoded: &str) -> Result<DigitalLink, Problem> {
    DigitalLink::parse(&format!("{ANY_HOST}{}", request.uri())).or_else(|error| {
        let again = format!("{ANY_HOST}/01/{decoded}?{}", request.query_string());
        DigitalLink::parse(&again).map_err(|_neither| {
            let text = error.explain();
            Problem::new("bad_identifier", text.zh, text.en)
        })
    })
}

/// What a GS1 Digital Link leads to: `/01/{gtin}/10/{batch}`, perhaps with variant and serial.
///
/// 扫码链接。
#[utoipa::path(tag = "link",
    params(("rest" = String, Path, pattern = r"^[0-9]{14}(/22/[!-.0-~]{1,60})?/10/[!-.0-~]{1,60}(/21/[!-.0-~]{1,60})?$", description = "GTIN, batch and more, as in the link / 扫码链接的路径", example = "09520002000033/10/Q0417-1"), LinkQuery),
    responses(
        (status = 200, description = "The lot and its verdict.", body = LinkBody),
        (status = 304, description = "As it was."),
        ReadProblems,
))]
#[get("/01/{rest:.+}")]
pub async fn by_gtin(
    ask: Ask,
    request: HttpRequest,
    rest: Path<String>,
    query: Query<LinkQuery>,
) -> Result<HttpResponse, Problem> {
    let link = link_in(&request, &rest)?;
    let lot = link.lot_code().ok_or_else(|| {
        Problem::not_found(
            "链接只指明商品,没有批号",
            "the link names a product, but no batch",
        )
    })?;
    follow(ask, lot, query.at.as_deref()).await
}

/// What the code of a lot without GTIN leads to: `/t/{code}`.
///
/// 自编批次码的扫码链接。
#[utoipa::path(tag = "link",
    params(("code" = String, Path, pattern = r"^[0-9A-Z][0-9A-Z-]{2,38}[0-9A-Z]$", description = "The code after `t/` / 自编批次码", example = "JS-PIG-0417"), LinkQuery),
    responses(
        (status = 200, description = "The lot and its verdict.", body = LinkBody),
        (status = 304, description = "As it was."),
        ReadProblems,
))]
#[get("/t/{code}")]
pub async fn by_own_code(
    ask: Ask,
    path: Path<String>,
    query: Query<LinkQuery>,
) -> Result<HttpResponse, Problem> {
    let lot = LotCode::own(&path)?;
    follow(ask, lot, query.at.as_deref()).await
}
