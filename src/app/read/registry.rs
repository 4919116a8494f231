//! Parties and sites.

use super::entry;
use crate::app::AppError;
use crate::app::node::Node;
use crate::core::custody::{PartyFacts, SiteFacts};
use crate::core::ids::{PartyId, SiteId};
use crate::core::record::RecordId;

/// Something enrolled, and the record that first enrolled it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled<T> {
    /// As it stands now.
    pub facts: T,
    /// The record that first enrolled it.
    pub record: RecordId,
}

/// A party.
///
/// # Errors
/// What the database reports.
pub fn party(node: &Node, id: &PartyId) -> Result<Option<Enrolled<PartyFacts>>, AppError> {
    node.read(|reader| {
        let Some(facts) = reader.party(id)? else {
            return Ok(None);
        };
        let record = entry(reader, facts.entry)?.id;
        Ok(Some(Enrolled { facts, record }))
    })
}

/// A site, and the party whose it is.
pub type SiteAndParty = (Enrolled<SiteFacts>, Option<PartyFacts>);

/// A site, and the party whose it is.
///
/// # Errors
/// What the database reports.
pub fn site(node: &Node, id: &SiteId) -> Result<Option<SiteAndParty>, AppError> {
    node.read(|reader| {
        let Some(facts) = reader.site(id)? else {
            return Ok(None);
        };
        let record = entry(reader, facts.entry)?.id;
        let party = reader.party(&facts.party)?;
        Ok(Some((Enrolled { facts, record }, party)))
    })
}
