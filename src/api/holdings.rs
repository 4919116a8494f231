//! Holdings: what a site has.

use super::answer::{Ask, answer};
use super::page::{after, cursor, limit};
use super::problem::{Problem, ReadProblems};
use super::registry::unknown_site;
use crate::app::read::holdings::{Holding, holdings};
use crate::core::access::Data;
use crate::core::ids::SiteId;
use actix_web::web::Query;
use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Whose holdings.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HoldingsQuery {
    /// Code of the site. / 场所编码
    #[param(example = "A32050901")]
    pub site: String,
    /// The cursor that the page before gave. / 上一页给出的游标
    pub after: Option<String>,
    /// Lines of a page, 1 to 500; 50 unless said. / 每页行数
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
}

/// A page of holdings.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldingsBody {
    /// The site.
    pub site: String,
    /// Lines with something left, oldest first.
    pub holdings: Vec<HoldingBody>,
    /// Classes of sealed values that are closed here.
    #[schema(example = json!([]))]
    pub sealed: Vec<&'static str>,
    /// Where the next page is, if there is one.
    pub next: Option<String>,
}

/// A line with something left.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldingBody {
    /// Record of the line: what a debit cites.
    pub record: String,
    /// Number of the line there.
    pub line: u16,
    /// What the line did: `received`, `sent` and so on; of `sent` what is left is in transit.
    #[schema(value_type = String, example = "received")]
    pub role: serde_json::Value,
    /// Code of the lot.
    pub lot: String,
    /// Record that brought the lot into being.
    pub lot_origin: String,
    /// Class of product.
    #[schema(example = "pork_cut")]
    pub class: &'static str,
    /// What is left, an exact decimal, if you may see quantities.
    pub left: Option<String>,
    /// Unit (UN/ECE Recommendation 20).
    #[schema(example = "KGM")]
    pub uom: &'static str,
}

impl HoldingBody {
    fn of(holding: &Holding, shows_quantities: bool) -> Self {
        Self {
            record: holding.line.0.to_string(),
            line: holding.line.1,
            role: serde_json::to_value(holding.facts.role).unwrap_or_default(),
            lot: holding.lot.code.to_string(),
            lot_origin: holding.origin.0.to_string(),
            class: holding.lot.class.code(),
            left: shows_quantities.then(|| holding.facts.left.to_string()),
            uom: holding.facts.uom.code(),
        }
    }
}

/// What a site has. Needs a role: nothing is listed for the public.
///
/// 场所的库存,需登录。
#[utoipa::path(tag = "holdings", security(("token" = []), ("cookie" = [])), params(HoldingsQuery), responses(
    (status = 200, description = "A page of holdings.", body = HoldingsBody),
    (status = 304, description = "As it was."),
    ReadProblems,
))]
#[get("/v1/holdings")]
pub async fn of_site(ask: Ask, query: Query<HoldingsQuery>) -> Result<HttpResponse, Problem> {
    let sight = ask.sight().clone();
    // Before anything else, so that the public learns nothing of which sites there are.
    sight.expect_signed_in(Data::Stock)?;
    let site = SiteId::parse(&query.site)?;
    let (after, limit) = (after(query.after.as_deref())?, limit(query.limit)?);
    answer(ask, move |node| {
        // One more than asked for tells whether there is another page.
        let found = holdings(
            node,
            &site,
            sight.audience(),
            after,
            limit.saturating_add(1),
        )?;
        let found = found.ok_or_else(unknown_site)?;
        let shows_quantities = found.shows_quantities;
        let mut found = found.lines;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > wanted;
        found.truncate(wanted);
        let next = found.last().filter(|_| more).map(|last| {
            let cursor = cursor(last.facts.key);
            format!("/v1/holdings?site={site}&limit={limit}&after={cursor}")
        });
        Ok(HoldingsBody {
            site: site.to_string(),
            holdings: found
                .iter()
                .map(|holding| HoldingBody::of(holding, shows_quantities))
                .collect(),
            sealed: match shows_quantities {
                true => Vec::new(),
                false => vec![Data::Balance.code()],
            },
            next,
        })
    })
    .await
}
