//! The feed of a key: every record is chained to an earlier one of its author, so that nobody
//! can reorder, drop or contradict what they said.

use crate::core::custody::keys::EntryKey;
use crate::core::custody::refusal::Refusal;
use crate::core::custody::state::Working;
use crate::core::record::Record;

/// The entry this very record already has, if it was admitted before.
///
/// # Errors
/// Two records with one (key, seq) are proof that the key was misused; both ids are named.
pub(super) fn duplicate(state: &Working, record: &Record) -> Result<Option<EntryKey>, Refusal> {
    let Some(feed) = state.feeds.get(&record.kid) else {
        return Ok(None);
    };
    if record.claims.seq > feed.seq_max {
        return Ok(None);
    }
    match state.used.get(&(record.kid, record.claims.seq)) {
        Some((first, entry)) if *first == record.id => Ok(Some(*entry)),
        Some((first, _)) => Err(Refusal::SeqReused {
            first: *first,
            second: record.id,
        }),
        None => Ok(None),
    }
}

/// Checks `prev`. A device that has not yet had a receipt may sign with null, also several
/// records in a row; once a record of the feed names a predecessor, every later one must.
pub(super) fn check_prev(state: &Working, record: &Record) -> Result<(), Refusal> {
    let Some(prev) = record.claims.prev else {
        let anchored = state.feeds.get(&record.kid).and_then(|feed| feed.anchored);
        return match anchored {
            Some(seq) if record.claims.seq > seq => Err(Refusal::PrevMissing),
            _ => Ok(()),
        };
    };
    let earlier = state.entries.get(&prev).ok_or(Refusal::PrevUnknown)?;
    if earlier.kid != record.kid || earlier.seq >= record.claims.seq {
        return Err(Refusal::PrevNotOfFeed);
    }
    Ok(())
}
