//! Parties and sites: who is enrolled.

use super::answer::{Ask, answer};
use super::problem::{Problem, ReadProblems};
use crate::app::read::registry::{party, site};
use crate::core::ids::{Division, PartyId, SiteId};
use actix_web::web::Path;
use actix_web::{HttpResponse, get};
use serde::Serialize;
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
        Ok(PartyBody {
            id: found.facts.id.to_string(),
            kind: word(&found.facts.kind),
            name: found.facts.name,
            county: found.facts.county.into(),
            agent: found.facts.agent.map(|agent| agent.to_string()),
            record: found.record.to_string(),
        })
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
        let (found, party) = found.ok_or_else(unknown_site)?;
        Ok(SiteBody {
            id: found.facts.id.to_string(),
            kind: word(&found.facts.kind),
            name: found.facts.name,
            party: found.facts.party.to_string(),
            party_name: party.and_then(|party| party.name),
            county: found.facts.county.into(),
            open: found.facts.open,
            record: found.record.to_string(),
        })
    })
    .await
}

pub(super) fn unknown_site() -> Problem {
    Problem::not_found("没有这个场所", "no such site")
}

pub(super) fn unknown_party() -> Problem {
    Problem::not_found("没有这个主体", "no such party")
}
