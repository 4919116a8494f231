//! Lists: the shipments of a site, the sites of a party. Nothing is listed for the public.

use super::answer::{Ask, answer};
use super::page::{after_entry, after_site, entry_cursor, limit, site_cursor};
use super::problem::{Problem, ReadProblems};
use super::registry::{PlaceBody, unknown_party, unknown_site, word};
use crate::app::read::lists;
use crate::app::read::lists::{Listed, Wanted, Way, shipments, sites};
use crate::core::access::Data;
use crate::core::custody::SiteFacts;
use crate::core::ids::{PartyId, SiteId};
use actix_web::web::{Path, Query};
use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which way goods go, seen from the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The site is to receive them.
    Incoming,
    /// The site sent them.
    Outgoing,
}

impl Direction {
    const fn code(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Outgoing => "outgoing",
        }
    }
}

impl From<Direction> for Way {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Incoming => Self::In,
            Direction::Outgoing => Self::Out,
        }
    }
}

/// Where a shipment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShipmentState {
    /// Some of it is neither received nor settled.
    InTransit,
    /// All of it is received or settled.
    Closed,
}

impl ShipmentState {
    const fn code(self) -> &'static str {
        match self {
            Self::InTransit => "in_transit",
            Self::Closed => "closed",
        }
    }
}

impl From<ShipmentState> for lists::State {
    fn from(state: ShipmentState) -> Self {
        match state {
            ShipmentState::InTransit => Self::InTransit,
            ShipmentState::Closed => Self::Closed,
        }
    }
}

impl From<lists::State> for ShipmentState {
    fn from(state: lists::State) -> Self {
        match state {
            lists::State::InTransit => Self::InTransit,
            lists::State::Closed => Self::Closed,
        }
    }
}

/// Whose shipments.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ShipmentsQuery {
    /// Code of the site. / 场所编码
    #[param(example = "A32050901")]
    pub site: String,
    /// `incoming` or `outgoing`. / 收货还是发货
    #[param(inline, example = "outgoing")]
    pub direction: Direction,
    /// `in_transit` or `closed`; both unless said. / 在途或已结
    #[param(inline)]
    pub state: Option<ShipmentState>,
    /// The cursor that the page before gave. / 上一页给出的游标
    #[param(pattern = "^[A-Za-z0-9_-]{11}$")]
    pub after: Option<String>,
    /// Shipments of a page, 1 to 500; 50 unless said. / 每页批数
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
}

/// A page of a site's shipments.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShipmentsBody {
    /// The site.
    pub site: String,
    /// Which way.
    pub direction: Direction,
    /// Shipments, the newest first.
    pub shipments: Vec<ListedShipmentBody>,
    /// Where the next page is, if there may be one. A page may be short, even empty, and not be the
    /// last.
    pub next: Option<String>,
}

/// A shipment in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedShipmentBody {
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
    /// Where it stands.
    pub state: ShipmentState,
}

impl From<Listed> for ListedShipmentBody {
    fn from(listed: Listed) -> Self {
        let facts = listed.facts;
        Self {
            id: listed.dispatch.to_string(),
            waybill: facts.waybill,
            sender: facts.sender.to_string(),
            from: facts.from.to_string(),
            to: facts.to.to_string(),
            carrier: facts.carrier.map(|carrier| carrier.to_string()),
            sent_at: facts.sent_at.get(),
            state: listed.state.into(),
        }
    }
}

/// What a site sends or is to receive. Needs a role: nothing is listed for the public.
///
/// 场所收发的运输批,需登录。
#[utoipa::path(tag = "shipments", params(ShipmentsQuery), responses(
    (status = 200, description = "A page of shipments.", body = ShipmentsBody),
    (status = 304, description = "As it was."),
    ReadProblems,
))]
#[get("/v1/shipments")]
pub async fn shipments_of_site(
    ask: Ask,
    query: Query<ShipmentsQuery>,
) -> Result<HttpResponse, Problem> {
    let sight = ask.sight().clone();
    // Before anything else, so that the public learns nothing of which sites there are.
    sight.expect_signed_in(Data::Stock)?;
    let query = query.into_inner();
    let site = SiteId::parse(&query.site)?;
    let wanted = Wanted {
        after: after_entry(query.after.as_deref())?,
        limit: limit(query.limit)?,
    };
    answer(ask, move |node| {
        let asked = (&site, query.direction.into(), query.state.map(Into::into));
        let found = shipments(node, asked, sight.audience(), &wanted)?;
        let found = found.ok_or_else(unknown_site)?;
        let next = found.next.map(|next| {
            let state = query.state.map(|state| format!("&state={}", state.code()));
            format!(
                "/v1/shipments?site={site}&direction={}{}&limit={}&after={}",
                query.direction.code(),
                state.unwrap_or_default(),
                wanted.limit,
                entry_cursor(next)
            )
        });
        Ok(ShipmentsBody {
            site: site.to_string(),
            direction: query.direction,
            shipments: found.found.into_iter().map(Into::into).collect(),
            next,
        })
    })
    .await
}

/// Which page of a party's sites.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SitesQuery {
    /// The cursor that the page before gave. / 上一页给出的游标
    #[param(pattern = "^[A-Za-z0-9_-]{8,40}$")]
    pub after: Option<String>,
    /// Sites of a page, 1 to 500; 50 unless said. / 每页场所数
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
}

/// A page of a party's sites.
#[derive(Debug, Serialize, ToSchema)]
pub struct SitesBody {
    /// The party.
    pub party: String,
    /// Those of its sites that you may list, in the order of their codes.
    pub sites: Vec<ListedSiteBody>,
    /// Where the next page is, if there may be one. A page may be short, even empty, and not be the
    /// last.
    pub next: Option<String>,
}

/// A site in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedSiteBody {
    /// Its code.
    pub id: String,
    /// What happens there.
    #[schema(value_type = String, example = "shop")]
    pub kind: serde_json::Value,
    /// Its name.
    pub name: String,
    /// Its county.
    pub county: PlaceBody,
    /// Whether it is in business.
    pub open: bool,
}

impl From<SiteFacts> for ListedSiteBody {
    fn from(site: SiteFacts) -> Self {
        Self {
            id: site.id.to_string(),
            kind: word(&site.kind),
            name: site.name,
            county: site.county.into(),
            open: site.open,
        }
    }
}

/// The sites of a party. Needs a role: nothing is listed for the public.
///
/// 主体的场所,需登录。
#[utoipa::path(tag = "registry",
    params(("id" = String, Path, min_length = 5, max_length = 40, description = "Code of the party / 统一社会信用代码", example = "91320509MA1M00033P"), SitesQuery),
    responses(
        (status = 200, description = "A page of sites.", body = SitesBody),
        (status = 304, description = "As it was."),
        ReadProblems,
))]
#[get("/v1/parties/{id}/sites")]
pub async fn sites_of_party(
    ask: Ask,
    path: Path<String>,
    query: Query<SitesQuery>,
) -> Result<HttpResponse, Problem> {
    let sight = ask.sight().clone();
    sight.expect_signed_in(Data::Stock)?;
    let party = PartyId::parse(&path)?;
    let wanted = Wanted {
        after: after_site(query.after.as_deref())?,
        limit: limit(query.limit)?,
    };
    answer(ask, move |node| {
        let found = sites(node, &party, sight.audience(), &wanted)?;
        let found = found.ok_or_else(unknown_party)?;
        let next = found.next.map(|next| {
            let (limit, cursor) = (wanted.limit, site_cursor(&next));
            format!("/v1/parties/{party}/sites?limit={limit}&after={cursor}")
        });
        Ok(SitesBody {
            party: party.to_string(),
            sites: found.found.into_iter().map(Into::into).collect(),
            next,
        })
    })
    .await
}
