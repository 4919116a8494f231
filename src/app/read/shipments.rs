//! Shipments, named by the record that dispatched them.

use super::course::{Course, course};
use super::following::{following, read_each};
use super::leg::{Fallen, Leg, Way, fallen, standing};
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::sight::{Audience, Eyes};
use crate::core::custody::{EntryKey, ShipmentFacts};
use crate::core::record::{Record, RecordId, RecordType};

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
    /// How it stands now.
    pub leg: Leg,
    /// Recorders that fell silent before the goods were there.
    pub fallen: Vec<Fallen>,
    /// From when until when it was under way, and which seals are on it now.
    pub way: Way,
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
        let (mut related, mut way) = (Vec::new(), Way::of(&dispatch));
        read_each(reader, &about.others, |key, id, record| {
            let kind = record.claims.kind;
            related.push(Related { key, id, kind });
            way.take(&record.body);
            true
        })?;
        let now = node.clock().now();
        let course = course(reader, &way, &about, now)?;
        let leg = standing(course.as_ref(), &way, now);
        let fallen = course
            .as_ref()
            .map_or_else(Vec::new, |course| fallen(course, &way, now));
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
            fallen,
            leg,
            way,
        }))
    })
}
