//! Records by their id.

use super::unreadable;
use crate::app::AppError;
use crate::app::node::Node;
use crate::core::custody::{EntryKey, FindingCode, LogNo};
use crate::core::record::sealed::Class;
use crate::core::record::{Record, RecordId};
use crate::core::time::UnixSeconds;

/// A record at its place in a log.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its place.
    pub key: EntryKey,
    /// The node's time when it was admitted.
    pub admitted_at: UnixSeconds,
    /// The record, with the sealed values that may be seen.
    pub record: Record,
    /// What was found when it was admitted.
    pub findings: Vec<FindingCode>,
}

/// The record with this id, with the sealed values of the classes that `may_see` allows.
///
/// # Errors
/// What the database reports, or a stored record that cannot be read.
pub fn record(
    node: &Node,
    id: &RecordId,
    may_see: impl Fn(Class) -> bool,
) -> Result<Option<Entry>, AppError> {
    node.read(|reader| {
        let Some(stored) = reader.entry_by_id(id)? else {
            return Ok(None);
        };
        let record = stored
            .record(&may_see)
            .map_err(|error| unreadable(stored.key, &error))?;
        let beats = reader.beats_at(LogNo::HOME, &[stored.key])?;
        let beat = beats.get(&stored.key).ok_or_else(|| AppError::Damaged {
            index: stored.key.index(),
            reason: "no beat".into(),
        })?;
        let findings = reader.findings(&[stored.key])?.into_iter();
        let findings = findings.map(|finding| match may_see(Class::Balance) {
            true => finding.code,
            false => finding.code.withheld(),
        });
        Ok(Some(Entry {
            key: stored.key,
            admitted_at: beat.at,
            record,
            findings: findings.collect(),
        }))
    })
}
