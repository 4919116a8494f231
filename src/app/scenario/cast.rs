//! The cast: every party, site and key of all journeys. All of them are invented.

use super::day::DayTime;
use super::error::ScenarioError;
use crate::core::ids::{PartyId, SiteId};
use crate::core::record::body::KeyRole;
use crate::core::text::Bilingual;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// The file in the repository.
const EMBEDDED: &str = include_str!("../../../fixtures/scenarios/cast.json");

/// A party or a site: what its registration says, under a name by which journeys speak of it.
#[derive(Debug, Clone, Deserialize)]
pub struct Actor<Id> {
    /// Name in the scenario files.
    #[serde(rename = "as")]
    pub name: String,
    /// Number: the party's code, the site's code.
    pub id: Id,
    /// For a site, the name of its party.
    #[serde(default)]
    pub of: Option<String>,
    /// Everything else its registration says, in the open form.
    #[serde(flatten)]
    pub says: Map<String, Value>,
}

/// A key: for whom it signs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CastKey {
    /// Name in the scenario files; the key is derived from it.
    #[serde(rename = "as")]
    pub name: String,
    /// Name of the party it signs for.
    pub of: String,
    /// As what.
    pub role: KeyRole,
    /// Names of the sites at which it signs; empty means all of the party.
    #[serde(default)]
    pub sites: Vec<String>,
}

/// Everybody who appears in the journeys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cast {
    /// Says that all of this is invented.
    pub note: Bilingual,
    /// When they are enrolled.
    pub registered_at: DayTime,
    /// Parties.
    pub parties: Vec<Actor<PartyId>>,
    /// Sites.
    pub sites: Vec<Actor<SiteId>>,
    /// Keys.
    pub keys: Vec<CastKey>,
}

impl Cast {
    /// The cast of the repository.
    ///
    /// # Errors
    /// None in practice: a test reads it.
    pub fn embedded() -> Result<Self, ScenarioError> {
        Self::parse("cast.json", EMBEDDED)
    }

    /// Reads a cast file.
    ///
    /// # Errors
    /// Not of the form of a cast, an identifier that is not valid, a name that stands twice, or a
    /// name that stands for nothing.
    pub fn parse(file: &str, json: &str) -> Result<Self, ScenarioError> {
        let cast: Self = serde_json::from_str(json).map_err(|cause| ScenarioError::Format {
            file: file.to_owned(),
            cause: cause.to_string(),
        })?;
        cast.check(file)?;
        Ok(cast)
    }

    fn check(&self, file: &str) -> Result<(), ScenarioError> {
        unique(file, self.parties.iter().map(|party| party.name.as_str()))?;
        unique(file, self.sites.iter().map(|site| site.name.as_str()))?;
        unique(file, self.keys.iter().map(|key| key.name.as_str()))?;
        for site in &self.sites {
            self.party_of(file, site)?;
        }
        for key in &self.keys {
            self.party(file, &key.of)?;
            for site in &key.sites {
                self.site(file, site)?;
            }
        }
        Ok(())
    }

    /// The party with this name. `place` is named in the error.
    ///
    /// # Errors
    /// There is none.
    pub fn party(&self, place: &str, name: &str) -> Result<&Actor<PartyId>, ScenarioError> {
        let found = self.parties.iter().find(|party| party.name == name);
        found.ok_or_else(|| unknown(place, "party", name))
    }

    /// The site with this name.
    ///
    /// # Errors
    /// There is none.
    pub fn site(&self, place: &str, name: &str) -> Result<&Actor<SiteId>, ScenarioError> {
        let found = self.sites.iter().find(|site| site.name == name);
        found.ok_or_else(|| unknown(place, "site", name))
    }

    /// The key with this name.
    ///
    /// # Errors
    /// There is none.
    pub fn key(&self, place: &str, name: &str) -> Result<&CastKey, ScenarioError> {
        let found = self.keys.iter().find(|key| key.name == name);
        found.ok_or_else(|| unknown(place, "key", name))
    }

    /// The party of a site.
    ///
    /// # Errors
    /// The site names none, or one that does not exist.
    pub fn party_of(
        &self,
        place: &str,
        site: &Actor<SiteId>,
    ) -> Result<&Actor<PartyId>, ScenarioError> {
        self.party(place, site.of.as_deref().unwrap_or_default())
    }
}

/// That something a scenario names does not exist.
pub(super) fn unknown(place: &str, what: &'static str, name: &str) -> ScenarioError {
    ScenarioError::UnknownName {
        place: place.to_owned(),
        what,
        name: name.to_owned(),
    }
}

/// Refuses a name that stands twice.
pub(super) fn unique<'a>(
    place: &str,
    names: impl Iterator<Item = &'a str>,
) -> Result<(), ScenarioError> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(ScenarioError::DoubleName {
                place: place.to_owned(),
                name: name.to_owned(),
            });
        }
    }
    Ok(())
}
