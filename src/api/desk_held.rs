//! What a site holds, a page at a time, as its workbench shows it.

use super::answer::{Ask, answer};
use super::desk::{DeskLineBody, GoodsBody, Places};
use super::keeping::SenderBody;
use super::page::{after, cursor};
use super::problem::{Problem, ReadProblems};
use super::registry::unknown_site;
use crate::app::read::held::{HeldPage, held};
use crate::core::access::Data;
use crate::core::ids::SiteId;
use actix_web::web::{Path, Query};
use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Something held: a line that can be drawn on.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldBody {
    /// Record of the line.
    pub record: String,
    /// The line: what is left of it.
    #[serde(flatten)]
    pub of: DeskLineBody,
    /// The party that sent it here, if it came by a shipment: in a warehouse, whose goods they are.
    pub sender: Option<String>,
    /// Party for whom an agent brought it in: whose it is, then.
    pub on_behalf_of: Option<String>,
}

/// The lines of a page.
pub(super) fn all_held(places: &Places, page: &HeldPage) -> Vec<HeldBody> {
    let shown = page.lines.iter().map(|held| HeldBody {
        record: held.line.0.to_string(),
        of: places.line(&held.facts),
        sender: held.sender.map(|party| party.to_string()),
        on_behalf_of: held.on_behalf_of.map(|party| party.to_string()),
    });
    shown.collect()
}

/// Where the page after this one is.
pub(super) fn next(site: &SiteId, page: &HeldPage) -> Option<String> {
    let last = page.next.map(cursor)?;
    Some(format!("/v1/sites/{site}/desk/held?after={last}"))
}

/// What the parties are called that sent what is held.
pub(super) fn senders(page: &HeldPage) -> Vec<SenderBody> {
    let named = page.senders.iter().map(|(party, name)| SenderBody {
        party: party.to_string(),
        name: name.clone(),
    });
    named.collect()
}

/// Where a page of what is held begins.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HeldQuery {
    /// The cursor that the page before gave; the newest lines without one. / 上一页给出的游标
    pub after: Option<String>,
}

/// A page of what a site holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldPageBody {
    /// The lines, the newest first; 500 of them at most.
    pub held: Vec<HeldBody>,
    /// Their lots.
    pub goods: Vec<GoodsBody>,
    /// The parties that sent them.
    pub senders: Vec<SenderBody>,
    /// Where the next page is, if there is one.
    pub next: Option<String>,
}

/// What a site holds, line by line, as its workbench shows it: for a site that has more than a desk lists. Needs a
/// role: nothing is listed for the public.
///
/// 工作台的库存分页,需登录。
#[utoipa::path(tag = "holdings", security(("token" = []), ("cookie" = [])),
    params(("id" = String, Path, min_length = 8, max_length = 40, description = "Code of the site / 场所编码", example = "A32050901"), HeldQuery),
    responses(
        (status = 200, description = "A page of what it holds.", body = HeldPageBody),
        (status = 304, description = "As it was."),
        ReadProblems,
))]
#[get("/v1/sites/{id}/desk/held")]
pub async fn held_there(
    ask: Ask,
    path: Path<String>,
    query: Query<HeldQuery>,
) -> Result<HttpResponse, Problem> {
    let sight = ask.sight().clone();
    sight.expect_signed_in(Data::Stock)?;
    let site = SiteId::parse(&path)?;
    let before = after(query.after.as_deref())?;
    answer(ask, move |node| {
        let found = held(node, &site, sight.audience(), before)?;
        let found = found.ok_or_else(unknown_site)?;
        let places = Places::of(&found.goods, found.shows_quantities);
        Ok(HeldPageBody {
            held: all_held(&places, &found.page),
            goods: found.goods.values().map(GoodsBody::from).collect(),
            senders: senders(&found.page),
            next: next(&site, &found.page),
        })
    })
    .await
}
