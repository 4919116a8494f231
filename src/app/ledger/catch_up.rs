//! Catching up with the locked head: with what others appended, entry by entry, or, where that
//! cannot be done, by forgetting everything.

use crate::app::error::AppError;
use crate::core::custody::Working;
use crate::core::log::prove::ProveError;
use crate::core::log::{TreeEdge, leaf_hash};
use crate::core::record::{Body, Completeness, Record};
use crate::core::rules;
use crate::store::{AppendTx, Head};

/// Entries of others that are followed one by one; behind more of them it is less work to forget
/// everything and to load what is needed.
const FOLLOW_MAX: u64 = 2_048;

/// What was learned by following.
pub(super) struct Followed {
    /// Whether the last beat among what was followed brought the rules of this program; none if
    /// there was no beat.
    pub(super) last_beat: Option<bool>,
}

/// Takes up what others appended since the state and the edge were those of the head; both were
/// in step then. Nothing if it cannot be done, or if the root derived so is not the head's: then
/// neither is of use any more.
///
/// State is a function of the log up to its size, and the root derived from the leaves proves
/// that this is the log that was known, continued. So it also proves that the database continues
/// what was signed last.
pub(super) fn follow(
    tx: &mut AppendTx<'_>,
    state: &mut Working,
    edge: &mut TreeEdge,
) -> Result<Option<Followed>, AppError> {
    let head = *tx.head();
    let mut followed = Followed { last_beat: None };
    let Some(behind) = head.size.checked_sub(edge.size()) else {
        return Ok(None);
    };
    // From nothing there is nothing to keep.
    if edge.size() == 0 || behind > FOLLOW_MAX {
        return Ok(None);
    }
    if behind > 0 {
        let since = tx.since(edge.size())?;
        for (key, jwt) in &since.entries {
            let record = Record::from_parts(jwt, &[], Completeness::Partial);
            let Some(record) = record.ok().filter(|_| key.index() == edge.size()) else {
                return Ok(None);
            };
            edge.append(leaf_hash(jwt.as_bytes()));
            state.follow(&record, *key);
            if let Body::Beat(beat) = &record.body {
                followed.last_beat = Some(beat.rules.as_str() == rules::version());
            }
        }
        state.forget_changed(&since.answered, &since.cited);
        // Whoever appended them has written the tiles that they filled.
        drop(edge.drain_tiles());
    }
    let is_in_step = edge.size() == head.size && edge.root() == head.root;
    Ok(is_in_step.then_some(followed))
}

/// Forgets what is remembered and takes the tree's edge from the database: nobody knows what was
/// appended, or the last batch failed. The locked head must be the root of what is stored.
pub(super) fn catch_up(
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
