//! Parties and sites.

use super::entry;
use crate::app::AppError;
use crate::app::enrol::each;
use crate::app::node::Node;
use crate::core::custody::{KeyFacts, LogNo, PartyFacts, SiteFacts};
use crate::core::ids::{PartyId, SiteId};
use crate::core::record::{Kid, RecordId};
use crate::store::Reader;

/// Something enrolled, and the record that first enrolled it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled<T> {
    /// As it stands now.
    pub facts: T,
    /// The record that first enrolled it.
    pub record: RecordId,
}

/// Parties and sites that are looked up together at most: each is a few looks at the database.
pub const LOOK_UP_MAX: usize = 200;

/// A party.
///
/// # Errors
/// What the database reports.
pub fn party(node: &Node, id: &PartyId) -> Result<Option<Enrolled<PartyFacts>>, AppError> {
    node.read(|reader| party_in(reader, id))
}

fn party_in(
    reader: &mut Reader<'_>,
    id: &PartyId,
) -> Result<Option<Enrolled<PartyFacts>>, AppError> {
    let Some(facts) = reader.party(id)? else {
        return Ok(None);
    };
    let record = entry(reader, facts.entry)?.id;
    Ok(Some(Enrolled { facts, record }))
}

/// A site, and the party whose it is.
pub type SiteAndParty = (Enrolled<SiteFacts>, Option<PartyFacts>);

/// A site, and the party whose it is.
///
/// # Errors
/// What the database reports.
pub fn site(node: &Node, id: &SiteId) -> Result<Option<SiteAndParty>, AppError> {
    node.read(|reader| site_in(reader, id))
}

fn site_in(reader: &mut Reader<'_>, id: &SiteId) -> Result<Option<SiteAndParty>, AppError> {
    let Some(facts) = reader.site(id)? else {
        return Ok(None);
    };
    let record = entry(reader, facts.entry)?.id;
    let party = reader.party(&facts.party)?;
    Ok(Some((Enrolled { facts, record }, party)))
}

/// Parties and sites.
pub type Found = (Vec<Enrolled<PartyFacts>>, Vec<SiteAndParty>);

/// What is enrolled of these, in one look.
///
/// # Errors
/// What the database reports.
pub fn look_up(node: &Node, parties: &[PartyId], sites: &[SiteId]) -> Result<Found, AppError> {
    node.read(|reader| {
        let parties = each(parties, |id| party_in(reader, id))?;
        let sites = each(sites, |id| site_in(reader, id))?;
        Ok((parties, sites))
    })
}

/// A key of the node's own log, by its thumbprint.
///
/// # Errors
/// What the database reports.
pub fn key(node: &Node, kid: &Kid) -> Result<Option<KeyFacts>, AppError> {
    node.read(|reader| Ok(reader.key(LogNo::HOME, kid)?.map(|(key, _feed)| key)))
}
