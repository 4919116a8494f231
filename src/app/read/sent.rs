//! A shipment with both ends of it, as questions about one begin.

use crate::app::AppError;
use crate::app::sight::opened;
use crate::core::custody::{ShipmentFacts, SiteFacts};
use crate::core::ids::LotCode;
use crate::core::record::{Record, RecordId};
use crate::store::Reader;
use std::collections::BTreeSet;

/// A shipment, its two sites and what was sent. Nothing that is sealed is opened.
pub(super) struct Sent {
    /// What the ledger computes with.
    pub facts: ShipmentFacts,
    /// From where.
    pub from: SiteFacts,
    /// Where to.
    pub to: SiteFacts,
    /// The dispatch.
    pub record: Record,
    /// Its lots, each once, in the order of their codes.
    pub lots: Vec<LotCode>,
}

/// The shipment that this record dispatched; none if it dispatched none, or a site is not enrolled.
pub(super) fn sent(reader: &mut Reader<'_>, id: &RecordId) -> Result<Option<Sent>, AppError> {
    let Some(stored) = reader.entry_by_id(id)? else {
        return Ok(None);
    };
    let Some(facts) = reader.shipments(&[stored.key])?.pop() else {
        return Ok(None);
    };
    let sites = (reader.site(&facts.from)?, reader.site(&facts.to)?);
    let (Some(from), Some(to)) = sites else {
        return Ok(None);
    };
    let record = opened(&stored, |_| false)?;
    let moves = record.claims.moves.iter();
    let lots: BTreeSet<LotCode> = moves.map(|line| line.lot.clone()).collect();
    Ok(Some(Sent {
        facts,
        from,
        to,
        lots: lots.into_iter().collect(),
        record,
    }))
}
