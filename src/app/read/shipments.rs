//! Shipments, named by the record that dispatched them.

use super::unreadable;
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::sight::{Audience, Eyes};
use crate::core::custody::{EntryKey, ShipmentFacts};
use crate::core::record::{Record, RecordId, RecordType};
use std::collections::BTreeSet;

/// Records about one shipment at most.
const RELATED_MAX: usize = 1_000;

/// A record that is about a shipment: a leg, readings, the receipt, a settlement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Its place.
    pub key: EntryKey,
    /// Its id.
    pub id: RecordId,
    /// Its type.
    pub kind: RecordType,
}

/// A shipment.
#[derive(Debug, Clone)]
pub struct Shipment {
    /// What the ledger computes with.
    pub facts: ShipmentFacts,
    /// The dispatch, with the sealed values that may be seen.
    pub dispatch: Record,
    /// What is about it, in the order of the log.
    pub related: Vec<Related>,
}

/// The shipment that this record dispatched.
///
/// # Errors
/// What the database reports, or a stored record that cannot be read.
pub fn shipment(
    node: &Node,
    dispatch: &RecordId,
    audience: &Audience,
) -> Result<Option<Shipment>, AppError> {
    node.read(|reader| {
        let Some(stored) = reader.entry_by_id(dispatch)? else {
            return Ok(None);
        };
        let Some(facts) = reader.shipments(&[stored.key])?.pop() else {
            return Ok(None);
        };
        let (dispatch, _) = Eyes::of(audience).quantities(reader, &stored)?;
        let about = reader.related(&BTreeSet::from([stored.key]), &[], &[], RELATED_MAX)?;
        // What the dispatch itself relies on came before it.
        let later: Vec<EntryKey> = about
            .entries
            .into_iter()
            .filter(|key| *key > stored.key)
            .collect();
        let mut related = Vec::with_capacity(later.len());
        for entry in reader.entries_at(&later)? {
            let record = entry
                .record(|_| false)
                .map_err(|error| unreadable(entry.key, &error))?;
            related.push(Related {
                key: entry.key,
                id: entry.id,
                kind: record.claims.kind,
            });
        }
        Ok(Some(Shipment {
            facts,
            dispatch,
            related,
        }))
    })
}
