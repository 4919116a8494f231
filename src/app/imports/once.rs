//! What of a table is in the ledger already, whichever device of the site signed it.

use crate::app::AppError;
use crate::app::node::Node;
use crate::app::office::Office;
use crate::app::remote::{Remote, Sent};
use crate::app::sight::{Audience, premises};
use crate::core::access::{Data, Denied};
use crate::core::custody::SiteFacts;
use crate::core::ids::SiteId;
use crate::core::imports::{RowKey, RowName};
use crate::core::record::RecordId;
use crate::store::Reader;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Keys that are asked about together at most.
pub const KEYS_MAX: usize = 256;

/// Rows that need not be signed, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// What the rows ask for, by its key.
    pub key: RowKey,
    /// The record that stands for them.
    pub record: RecordId,
}

/// The site, if it is there and lists of what it has are shown to `audience`.
///
/// # Errors
/// [`Denied`], and what the database reports.
pub(super) fn site_of(
    node: &Node,
    audience: &Audience,
    site: &SiteId,
) -> Result<Option<SiteFacts>, AppError> {
    if *audience == Audience::Public {
        return Err(Denied::SignInRequired(Data::Stock).into());
    }
    let Some(there) = node.read(|reader| Ok::<_, AppError>(reader.site(site)?))? else {
        return Ok(None);
    };
    let concern = premises(&there);
    audience.check(Data::Stock, &concern)?;
    audience.check(Data::Balance, &concern)?;
    Ok(Some(there))
}

pub(super) fn of_site(
    reader: &mut Reader<'_>,
    site: &SiteFacts,
    keys: &[RowKey],
) -> Result<Vec<Recorded>, AppError> {
    let names: Vec<RowName> = keys
        .iter()
        .map(|key| RowName::of(&site.party, &site.id, key))
        .collect();
    let found = reader.imported(&names)?;
    let one = |(key, name): (&RowKey, &RowName)| {
        let record = *found.get(name)?;
        Some(Recorded { key: *key, record })
    };
    Ok(keys.iter().zip(&names).filter_map(one).collect())
}

/// What of these rows a site has recorded, for whoever may list what it has. None if there is no such site.
///
/// # Errors
/// [`Denied`], and what the database reports.
pub fn recorded(
    node: &Node,
    audience: &Audience,
    site: &SiteId,
    keys: &[RowKey],
) -> Result<Option<Vec<Recorded>>, AppError> {
    let Some(there) = site_of(node, audience, site)? else {
        return Ok(None);
    };
    node.read(|reader| of_site(reader, &there, keys)).map(Some)
}

/// The same on the ledger of this machine.
///
/// # Errors
/// What the database reports.
pub fn recorded_here(
    office: &Office,
    site: &SiteId,
    keys: &[RowKey],
) -> Result<Vec<Recorded>, AppError> {
    office.read(|reader| match reader.site(site)? {
        Some(there) => of_site(reader, &there, keys),
        None => Ok(Vec::new()),
    })
}

/// The same, as a server says it to whoever is signed in.
///
/// # Errors
/// What the server says, and an answer that cannot be understood.
pub fn recorded_there(
    remote: &Remote,
    site: &SiteId,
    keys: &[RowKey],
) -> Result<Vec<Recorded>, AppError> {
    #[derive(Deserialize)]
    struct Answer {
        recorded: Vec<Recorded>,
    }
    let mut found = Vec::new();
    for some in keys.chunks(KEYS_MAX) {
        let asked = json!({ "site": site, "keys": some }).to_string();
        let sent = Sent::Post("application/json", asked.as_bytes());
        let said = remote.json("/v1/imports/recorded", sent)?;
        let said: Answer = serde_json::from_value(said)
            .map_err(|_unlike| super::facts::not_understood("recorded"))?;
        found.extend(said.recorded);
    }
    Ok(found)
}
