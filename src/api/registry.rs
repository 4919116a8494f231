//! Parties and sites: who is enrolled.

use super::answer::{Ask, answer};
use super::json::{BodyProblems, read_json};
use super::limits::body::Room;
use super::problem::{Problem, ReadProblems};
use crate::app::node::Node;
use crate::app::read::registry::{
    Enrolled, LOOK_UP_MAX, SiteAndParty, look_up as read_many, party, site,
};
use crate::core::custody::PartyFacts;
use crate::core::ids::{Division, PartyId, SiteId};
use actix_web::web::{Data, Path, Payload, block};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A party.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyBody {
    /// Unified social credit code, or the number of a smallholder.
    #[schema(example = "91320509MA1M00033P")]
    pub id: String,
    /// What it is.
    #[schema(value_type = String, example = "processor")]
    pub kind: serde_json::Value,
    /// Its legal name; none for a natural person.
    pub name: Option<String>,
    /// Its county.
    pub county: PlaceBody,
    /// Party that may sign for it.
    pub agent: Option<String>,
    /// The record that enrolled it.
    pub record: String,
}

/// A county (GB/T 2260).
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceBody {
    /// Its code.
    #[schema(example = "330421")]
    pub code: String,
    /// Province, city and county.
    pub name: String,
}

impl From<Division> for PlaceBody {
    fn from(county: Division) -> Self {
        Self {
            code: county.to_string(),
            name: county.full_name(),
        }
    }
}

/// A site.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteBody {
    /// Its code.
    pub id: String,
    /// What happens there.
    #[schema(value_type = String, example = "shop")]
    pub kind: serde_json::Value,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub party: String,
    /// The legal name of that party.
    pub party_name: Option<String>,
    /// Its county.
    pub county: PlaceBody,
    /// Whether it is in business.
    pub open: bool,
    /// The record that enrolled it.
    pub record: String,
}

impl From<Enrolled<PartyFacts>> for PartyBody {
    fn from(found: Enrolled<PartyFacts>) -> Self {
        Self {
            id: found.facts.id.to_string(),
            kind: word(&found.facts.kind),
            name: found.facts.name,
            county: found.facts.county.into(),
            agent: found.facts.agent.map(|agent| agent.to_string()),
            record: found.record.to_string(),
        }
    }
}

impl From<SiteAndParty> for SiteBody {
    fn from((found, party): SiteAndParty) -> Self {
        Self {
            id: found.facts.id.to_string(),
            kind: word(&found.facts.kind),
            name: found.facts.name,
            party: found.facts.party.to_string(),
            party_name: party.and_then(|party| party.name),
            county: found.facts.county.into(),
            open: found.facts.open,
            record: found.record.to_string(),
        }
    }
}

pub(super) fn word(value: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// A party.
///
/// 主体。
#[utoipa::path(tag = "registry",
    params(("id" = String, Path, min_length = 5, max_length = 40, description = "Code of the party / 统一社会信用代码", example = "91320509MA1M00033P")),
    responses(
        (status = 200, description = "The party.", body = PartyBody),
        (status = 304, description = "As it was."),
        ReadProblems,
))]
#[get("/v1/parties/{id}")]
pub async fn party_by_id(ask: Ask, path: Path<String>) -> Result<HttpResponse, Problem> {
    let id = PartyId::parse(&path)?;
    answer(ask, move |node| {
        let found = party(node, &id)?;
        let found = found.ok_or_else(unknown_party)?;
        Ok(PartyBody::from(found))
    })
    .await
}

/// A site.
///
/// 场所。
#[utoipa::path(tag = "registry",
    params(("id" = String, Path, min_length = 5, max_length = 40, description = "Code of the site / 场所编码", example = "A32050901")),
    responses(
        (status = 200, description = "The site.", body = SiteBody),
        (status = 304, description = "As it was."),
        ReadProblems,
))]
#[get("/v1/sites/{id}")]
pub async fn site_by_id(ask: Ask, path: Path<String>) -> Result<HttpResponse, Problem> {
    let id = SiteId::parse(&path)?;
    answer(ask, move |node| {
        let found = site(node, &id)?;
        Ok(SiteBody::from(found.ok_or_else(unknown_site)?))
    })
    .await
}

/// Which parties and sites.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpAsk {
    /// Codes of parties. / 主体代码
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 200, example = json!(["91320509MA1M00033P"]))]
    pub parties: Vec<PartyId>,
    /// Codes of sites; with the parties at most 200. / 场所编码
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 200, example = json!(["A32050901"]))]
    pub sites: Vec<SiteId>,
}

/// Those of them that are enrolled.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookUpBody {
    /// Parties, in the order in which they were asked for.
    pub parties: Vec<PartyBody>,
    /// Sites, likewise.
    pub sites: Vec<SiteBody>,
}

/// Which of these parties and sites are enrolled, and as what: many in one request, for whoever has
/// a long list. What is not enrolled is left out.
///
/// 批量查询主体与场所:一次至多 200 个,未登记的不列出。
#[utoipa::path(tag = "registry",
    request_body(content = LookUpAsk,
        example = json!({"parties": ["91320509MA1M00033P"], "sites": ["A32050901"]})),
    responses(
        (status = 200, description = "What is enrolled of them.", body = LookUpBody),
        ReadProblems,
        BodyProblems,
))]
#[post("/v1/registry/look-up")]
pub async fn look_up(
    request: HttpRequest,
    mut payload: Payload,
    node: Data<Node>,
    room: Data<Room>,
) -> Result<HttpResponse, Problem> {
    let asked: LookUpAsk = read_json(&request, &mut payload, &node, &room).await?;
    if asked.parties.len().saturating_add(asked.sites.len()) > LOOK_UP_MAX {
        return Err(Problem::bad_request(
            format!("一次至多 {LOOK_UP_MAX} 个"),
            format!("at most {LOOK_UP_MAX} at a time"),
        ));
    }
    let found = block(move || read_many(&node, &asked.parties, &asked.sites)).await;
    let (parties, sites) = found.map_err(|_gone| Problem::internal())??;
    Ok(HttpResponse::Ok().json(LookUpBody {
        parties: parties.into_iter().map(PartyBody::from).collect(),
        sites: sites.into_iter().map(SiteBody::from).collect(),
    }))
}

pub(super) fn unknown_site() -> Problem {
    Problem::not_found("没有这个场所", "no such site")
}

pub(super) fn unknown_party() -> Problem {
    Problem::not_found("没有这个主体", "no such party")
}
