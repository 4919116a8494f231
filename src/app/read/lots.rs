//! Lots by their code.

use super::{line_refs, missing};
use crate::app::AppError;
use crate::app::node::Node;
use crate::core::custody::LotFacts;
use crate::core::ids::LotCode;
use crate::core::record::LineRef;

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
        let origins = line_refs(reader, found.iter().map(|lot| lot.key))?;
        let lots = found.into_iter().map(|facts| {
            let origin = origins.get(&facts.key).copied();
            let origin = origin.ok_or_else(|| missing(facts.key.entry()))?;
            Ok(Lot { origin, facts })
        });
        lots.collect()
    })
}
