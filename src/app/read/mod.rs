//! Reading the ledger for whoever asks over the network: one file a subject. What is given is
//! made of core types; what of it is shown to whom is decided where it is asked.

pub mod arrival;
pub mod desk;
pub mod holdings;
pub mod judged;
pub mod lists;
pub mod lots;
pub mod page;
pub mod papers;
pub mod recalls;
pub mod receipt;
pub mod records;
pub mod registry;
pub mod shipments;
pub mod shop;
pub mod waybill;

use super::AppError;
use crate::core::custody::{EntryKey, MoveKey};
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
