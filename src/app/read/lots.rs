//! Lots by their code.

use crate::app::AppError;
use crate::app::node::Node;
use crate::core::custody::{EntryKey, LotFacts};
use crate::core::ids::LotCode;
use crate::core::record::{LineRef, RecordError, RecordId};
use crate::store::Reader;

/// A lot and the line that brought it into being.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Its origin line.
    pub origin: LineRef,
    /// What the ledger computes with.
    pub facts: LotFacts,
}

/// The lots with this code, one for each origin, oldest first; more than one is a finding.
///
/// # Errors
/// What the database reports.
pub fn lots(node: &Node, code: &LotCode) -> Result<Vec<Lot>, AppError> {
    node.read(|reader| {
        let found = reader.lots_by_code(code)?;
        found
            .into_iter()
            .map(|facts| {
                let id = id_of(reader, facts.key.entry())?;
                Ok(Lot {
                    origin: LineRef(id, facts.key.n()),
                    facts,
                })
            })
            .collect()
    })
}

/// The id of the record at a place.
pub(super) fn id_of(reader: &mut Reader<'_>, key: EntryKey) -> Result<RecordId, AppError> {
    let entry = reader.entry_at(key)?;
    entry
        .map(|entry| entry.id)
        .ok_or_else(|| AppError::Damaged {
            index: key.index(),
            reason: "the entry is missing".into(),
        })
}

/// A stored record that cannot be read.
pub(super) fn damaged(key: EntryKey, error: &RecordError) -> AppError {
    AppError::Damaged {
        index: key.index(),
        reason: error.to_string(),
    }
}
