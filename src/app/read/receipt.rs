//! Receipts of records that are in the log, for whoever lost theirs.

use crate::app::AppError;
use crate::app::node::Node;
use crate::core::custody::LogNo;
use crate::core::log::prove::ProveError;
use crate::core::log::{Prover, Receipt, SignedCheckpoint};
use crate::core::record::RecordId;
use std::sync::Arc;

/// A fresh receipt of a record, under the last head this node signed. None if there is no such
/// record in its own log.
///
/// # Errors
/// What the database reports, or a log whose tiles do not fit.
pub fn receipt(node: &Node, id: &RecordId) -> Result<Option<Receipt>, AppError> {
    match under_head(node, id)? {
        Found::Nowhere => Ok(None),
        Found::Proven(receipt) => Ok(Some(*receipt)),
        // Another process appended it: this one signs a head that has it, and looks again.
        Found::BeyondHead => {
            node.ledger().tick()?;
            match under_head(node, id)? {
                Found::Proven(receipt) => Ok(Some(*receipt)),
                Found::Nowhere | Found::BeyondHead => Ok(None),
            }
        }
    }
}

enum Found {
    Nowhere,
    BeyondHead,
    Proven(Box<Receipt>),
}

fn under_head(node: &Node, id: &RecordId) -> Result<Found, AppError> {
    // The head first: what is read afterwards has at least as many entries.
    let head = node.ledger().head().ok_or_else(|| AppError::Contradicts {
        what: "head".into(),
    })?;
    node.read(|reader| {
        let stored = reader.entry_by_id(id)?;
        let home = stored.filter(|stored| stored.key.log() == LogNo::HOME);
        let Some(index) = home.map(|stored| stored.key.index()) else {
            return Ok(Found::Nowhere);
        };
        if index >= head.checkpoint().size() {
            return Ok(Found::BeyondHead);
        }
        Ok(Found::Proven(Box::new(prove(reader, index, &head)?)))
    })
}

fn prove(
    reader: &mut crate::store::Reader<'_>,
    index: u64,
    head: &Arc<SignedCheckpoint>,
) -> Result<Receipt, AppError> {
    let damaged = || AppError::Damaged {
        index,
        reason: "no inclusion proof".into(),
    };
    let tiles = reader.hashes(LogNo::HOME)?;
    let mut prover = Prover::new(head.checkpoint().size(), &tiles).map_err(|_beyond| damaged())?;
    let proof = prover.inclusion(index).map_err(|error| match error {
        ProveError::Source(cause) => AppError::Store(cause),
        _ => damaged(),
    })?;
    Receipt::new(index, proof, Arc::clone(head)).map_err(|_unfit| damaged())
}
