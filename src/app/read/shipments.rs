//! Shipments, named by the record that dispatched them.

use super::course::{Course, by_hand, course};
use super::following::{following, read_each};
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::sight::{Audience, Eyes};
use crate::core::custody::{EntryKey, ShipmentFacts};
use crate::core::record::words::Name;
use crate::core::record::{Body, Record, RecordId, RecordType};
use crate::core::rules::cold_chain::Range;

/// Records of readings that are listed, the newest; what all of them say is summed up.
const READINGS_LISTED_MAX: usize = 1_000;

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
    /// How warm it was on the way; none if nothing was read.
    pub course: Option<Course>,
    /// Seals that are on it now: those of the dispatch, or of whoever took it over last and put on new ones.
    pub seals: Vec<Name>,
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
        let about = following(reader, stored.key)?;
        let (mut related, mut measured) = (Vec::new(), Vec::new());
        let mut seals = seals_of(&dispatch.body).to_vec();
        read_each(reader, &about.others, |key, id, record| {
            let kind = record.claims.kind;
            related.push(Related { key, id, kind });
            measured.extend(by_hand(&record.body, dispatch.id));
            if let Body::HandOn(body) = &record.body
                && body.dispatch == dispatch.id
                && !body.seals.is_empty()
            {
                seals = body.seals.to_vec();
            }
            true
        })?;
        let range = range_of(&dispatch.body);
        let course = course(reader, dispatch.id, range, (measured, &about))?;
        let older = about.readings.len().saturating_sub(READINGS_LISTED_MAX);
        let newest: Vec<EntryKey> = about.readings.into_iter().skip(older).collect();
        let kind = RecordType::Observe;
        let ids = reader.ids_of(&newest)?.into_iter();
        related.extend(ids.map(|(key, id)| Related { key, id, kind }));
        related.sort_unstable_by_key(|one| one.key);
        Ok(Some(Shipment {
            facts,
            dispatch,
            related,
            course,
            seals,
        }))
    })
}

/// The temperatures that a dispatch asks for.
fn range_of(body: &Body) -> Range {
    match body {
        Body::Dispatch(body) => Range {
            min_c: body.temp_min_c,
            max_c: body.temp_max_c,
        },
        _ => Range {
            min_c: None,
            max_c: None,
        },
    }
}

/// The seals that a dispatch names.
fn seals_of(body: &Body) -> &[Name] {
    match body {
        Body::Dispatch(body) => &body.seals,
        _ => &[],
    }
}
