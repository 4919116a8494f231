//! What was recorded about a shipment after it left. A recorder that reports every minute writes a
//! thousand records a day; among them nothing else may be lost from sight, least of all the receipt.

use super::unreadable;
use crate::app::AppError;
use crate::core::custody::EntryKey;
use crate::core::record::{Record, RecordId, RecordType};
use crate::store::Reader;
use std::collections::BTreeSet;

/// Records about one shipment that are looked at: two weeks of a recorder that reports every minute.
const RELATED_MAX: usize = 20_000;

/// Records that are read from the database at once.
const CHUNK: usize = 100;

/// Records about a shipment, apart from the dispatch and from what came before it, in the order of the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Following {
    /// Whatever is no reading: legs, receipt, settlement, papers, corrections.
    pub others: Vec<EntryKey>,
    /// Readings.
    pub readings: Vec<EntryKey>,
    /// Whether there are more than were looked at.
    pub cut: bool,
}

/// Records about the shipment that was dispatched there.
pub(super) fn following(
    reader: &mut Reader<'_>,
    dispatch: EntryKey,
) -> Result<Following, AppError> {
    let about = reader.related(&BTreeSet::from([dispatch]), &[], &[], RELATED_MAX)?;
    // What the dispatch itself relies on came before it.
    let later: Vec<EntryKey> = about
        .entries
        .into_iter()
        .filter(|key| *key > dispatch)
        .collect();
    let readings = reader.of_type(&later, RecordType::Observe)?;
    let known: BTreeSet<EntryKey> = readings.iter().copied().collect();
    Ok(Following {
        others: later
            .into_iter()
            .filter(|key| !known.contains(key))
            .collect(),
        readings,
        cut: about.cut.is_some(),
    })
}

/// Opens nothing, and gives each record to `take` with its place and id, until that has had enough.
pub(super) fn read_each(
    reader: &mut Reader<'_>,
    keys: &[EntryKey],
    mut take: impl FnMut(EntryKey, RecordId, Record) -> bool,
) -> Result<(), AppError> {
    for some in keys.chunks(CHUNK) {
        for stored in reader.entries_at(some)? {
            let record = stored
                .record(|_| false)
                .map_err(|error| unreadable(stored.key, &error))?;
            if !take(stored.key, stored.id, record) {
                return Ok(());
            }
        }
    }
    Ok(())
}
