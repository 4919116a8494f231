//! Reading the ledger for whoever asks over the network: one file a subject. What is given is
//! made of core types; what of it is shown to whom is decided where it is asked.

pub mod arrival;
mod book_days;
pub mod course;
pub mod daybook;
pub mod desk;
pub mod devices;
mod following;
pub mod held;
pub mod holdings;
pub mod judged;
pub mod keeping;
pub mod leg;
pub mod lists;
pub mod lots;
mod others;
pub mod page;
pub mod papers;
pub mod recalls;
pub mod receipt;
pub mod records;
pub mod registry;
mod sent;
pub mod shipments;
pub mod shop;
pub mod waybill;
mod whose;

use super::AppError;
use super::sight::{Audience, premises};
use crate::core::access::{Data, Denied};
use crate::core::custody::{EntryKey, MoveKey, SiteFacts};
use crate::core::ids::SiteId;
use crate::core::record::{LineRef, RecordError, RecordId};
use crate::store::{Reader, StoredEntry};
use std::collections::BTreeMap;

/// A stored record that cannot be read.
fn unreadable(key: EntryKey, error: &RecordError) -> AppError {
    AppError::Damaged {
        index: key.index(),
        reason: error.to_string(),
    }
}

/// An entry that a projection names and the log does not have.
fn missing(key: EntryKey) -> AppError {
    AppError::Damaged {
        index: key.index(),
        reason: "the entry is missing".into(),
    }
}

/// The entry at a place that a projection names.
pub(super) fn entry(reader: &mut Reader<'_>, key: EntryKey) -> Result<StoredEntry, AppError> {
    reader.entry_at(key)?.ok_or_else(|| missing(key))
}

/// A site whose lists are shown to whoever asks.
struct OpenSite {
    facts: SiteFacts,
    shows_quantities: bool,
}

/// That somebody is signed in: nothing is listed for the public, not even which sites there are.
fn expect_signed_in(audience: &Audience) -> Result<(), Denied> {
    match audience {
        Audience::Public => Err(Denied::SignInRequired(Data::Stock)),
        Audience::Full | Audience::Viewer(_) => Ok(()),
    }
}

/// A site, if there is one, for whoever may list what it has.
fn open_site(
    reader: &mut Reader<'_>,
    site: &SiteId,
    audience: &Audience,
) -> Result<Option<OpenSite>, AppError> {
    expect_signed_in(audience)?;
    let Some(facts) = reader.site(site)? else {
        return Ok(None);
    };
    let concern = premises(&facts);
    audience.check(Data::Stock, &concern)?;
    Ok(Some(OpenSite {
        shows_quantities: audience.check(Data::Balance, &concern).is_ok(),
        facts,
    }))
}

/// Lines by hash, as everybody outside the database names them.
pub(super) fn line_refs(
    reader: &mut Reader<'_>,
    keys: impl IntoIterator<Item = MoveKey>,
) -> Result<BTreeMap<MoveKey, LineRef>, AppError> {
    let keys: Vec<MoveKey> = keys.into_iter().collect();
    let entries: Vec<EntryKey> = keys.iter().map(|key| key.entry()).collect();
    let ids: BTreeMap<EntryKey, RecordId> = reader.ids_of(&entries)?;
    let named = keys.into_iter().map(|key| {
        let id = ids.get(&key.entry()).ok_or_else(|| missing(key.entry()))?;
        Ok((key, LineRef(*id, key.n())))
    });
    named.collect()
}
