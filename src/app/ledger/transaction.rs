//! The transaction of a batch: lock the head, catch up if another process moved it, let the batch
//! decide and write, commit.

use super::batch::{Batch, Placed};
use super::open::{check_clock, compare_with_signed};
use super::prepare::Item;
use super::writer::Writer;
use crate::app::error::AppError;
use crate::core::custody::Working;
use crate::core::log::TreeEdge;
use crate::core::log::prove::ProveError;
use crate::store::{AppendTx, Head};

/// Appends a batch; the head is moved and committed when this returns, but not yet signed.
pub(super) fn append(writer: &mut Writer, items: Vec<Item>) -> Result<Vec<Placed>, AppError> {
    let signed = writer.signed();
    let Writer {
        store,
        identity,
        clock,
        state,
        edge,
        in_step,
        has_beaten,
        accept_clock,
        keyring,
        ..
    } = writer;
    let now = clock.now();
    let (placed, keys, wrote_beat) = store.append(|tx| -> Result<_, AppError> {
        let head = *tx.head();
        if !*in_step || head.size != edge.size() || head.root != edge.root() {
            catch_up(tx, &head, state, edge)?;
            // A database that failed over to a standby that lags, or was replaced under a running
            // node, would make it sign a fork.
            if let Some(signed) = &signed {
                compare_with_signed(&tx.hashes(), &head, signed)?;
            }
            *has_beaten = false;
        }
        edge.begin_batch();
        check_clock(&head, now, *accept_clock)?;
        let mut batch = Batch::new(&head, now, *has_beaten, state, edge, identity, tx)?;
        let placed = batch.decide_all(items, tx)?;
        let wrote_beat = batch.has_beaten();
        let keys = batch.write(tx, &head)?;
        Ok((placed, keys, wrote_beat))
    })?;
    *has_beaten |= wrote_beat;
    // What was confirmed at the start says nothing about a clock that jumps later.
    *accept_clock &= !wrote_beat;
    if let Ok(mut ring) = keyring.write() {
        for (kid, jwk) in keys {
            if !ring.knows(&kid) {
                ring.put(&jwk);
            }
        }
    }
    Ok(placed)
}

/// Forgets what is remembered and takes the tree's edge from the database: somebody else moved
/// the head, or the last batch failed. The locked head must be the root of what is stored.
fn catch_up(
    tx: &mut AppendTx<'_>,
    head: &Head,
    state: &mut Working,
    edge: &mut TreeEdge,
) -> Result<(), AppError> {
    state.clear();
    let damaged = |reason: String| AppError::Damaged {
        index: head.size.saturating_sub(1),
        reason,
    };
    *edge = TreeEdge::restore(head.size, &tx.hashes()).map_err(|cause| match cause {
        // A disk that cannot be read now says nothing of what is on it.
        ProveError::Source(cause) => AppError::Store(cause),
        other => damaged(other.to_string()),
    })?;
    if edge.root() == head.root {
        return Ok(());
    }
    Err(damaged(
        "the head's root is not that of the stored tiles and entries".into(),
    ))
}
