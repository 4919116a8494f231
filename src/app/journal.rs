//! The journal of who saw trade and personal values: written, durably, before they are shown.
//! Whoever writes while others wait writes for them too.

use super::AppError;
use super::node::Node;
use crate::core::access::{Data, Denied};
use crate::core::ids::PartyId;
use crate::core::time::UnixSeconds;
use crate::store::{NumberedNote, Store, StoreError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use crate::store::AccessNote;

/// Accesses that one transaction writes at most, unless one look has more.
const NOTES_MAX: usize = 512;

/// Accesses that are deleted in one transaction at most: whoever writes waits no longer for it than
/// for a batch.
const PRUNED_MAX: u32 = 500;

/// Seconds between two looks at whether accesses no longer have to be kept.
const PRUNE_EVERY_S: u64 = 60;

/// Seconds of a day.
const DAY_S: u64 = 24 * 3_600;

/// A look that waits to be written.
struct Waiting {
    notes: Vec<AccessNote>,
    written: Arc<Mutex<bool>>,
}

/// Writes the journal.
#[derive(Default)]
pub struct Journal {
    waiting: Mutex<Vec<Waiting>>,
    /// Held by whoever writes.
    turn: Mutex<()>,
    /// When nothing was left to delete, as the node's clock said.
    pruned_at: Mutex<Option<UnixSeconds>>,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Journal")
    }
}

/// Locks; what is locked here is whole between any two statements.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Journal {
    /// Writes accesses. When this returns `Ok` they are durable.
    ///
    /// # Errors
    /// What the database reports; then nothing may be shown.
    pub(super) fn write(&self, store: &Store, notes: Vec<AccessNote>) -> Result<(), StoreError> {
        if notes.is_empty() {
            return Ok(());
        }
        let written = Arc::new(Mutex::new(false));
        lock(&self.waiting).push(Waiting {
            notes,
            written: Arc::clone(&written),
        });
        let turn = lock(&self.turn);
        if *lock(&written) {
            return Ok(());
        }
        // What an earlier writer could not write is still there, and so is ours.
        let (together, rest) = self.take(&written);
        let notes: Vec<AccessNote> = together
            .iter()
            .flat_map(|waiting| waiting.notes.iter().cloned())
            .collect();
        let done = store.note_accesses(&notes);
        match &done {
            Ok(()) => {
                for waiting in together {
                    *lock(&waiting.written) = true;
                }
                lock(&self.waiting).extend(rest);
            }
            Err(_) => {
                // Each of the others tries for itself and hears for itself.
                let others = together.into_iter().chain(rest);
                let others = others.filter(|waiting| !Arc::ptr_eq(&waiting.written, &written));
                lock(&self.waiting).extend(others);
            }
        }
        drop(turn);
        done
    }

    /// Deletes a slice of what was written more than so many days ago and no longer has to be kept,
    /// if it is time to look; 0 days keep everything.
    ///
    /// # Errors
    /// What the database reports.
    pub(super) fn prune(
        &self,
        store: &Store,
        kept_days: u32,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        let mut pruned_at = lock(&self.pruned_at);
        let is_due = pruned_at.is_none_or(|at| now.since(at) >= PRUNE_EVERY_S);
        if kept_days == 0 || !is_due {
            return Ok(());
        }
        let cutoff = now.minus(u64::from(kept_days).saturating_mul(DAY_S));
        let pruned = store.prune_accesses(cutoff, PRUNED_MAX)?;
        if pruned.accesses > 0 {
            let accesses = pruned.accesses;
            tracing::info!(
                accesses,
                "accesses that no longer have to be kept were deleted"
            );
        }
        *pruned_at = (!pruned.has_more).then_some(now);
        Ok(())
    }

    /// Takes out what waits: this look and as many others as one transaction writes, and the rest.
    fn take(&self, mine: &Arc<Mutex<bool>>) -> (Vec<Waiting>, Vec<Waiting>) {
        let mut together: Vec<Waiting> = Vec::new();
        let (mut rest, mut count) = (Vec::new(), 0_usize);
        for waiting in std::mem::take(&mut *lock(&self.waiting)) {
            let is_mine = Arc::ptr_eq(&waiting.written, mine);
            if is_mine || count.saturating_add(waiting.notes.len()) <= NOTES_MAX {
                count = count.saturating_add(waiting.notes.len());
                together.push(waiting);
            } else {
                rest.push(waiting);
            }
        }
        (together, rest)
    }
}

/// Whose entries of the journal somebody reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Those about the values of one party.
    Of(PartyId),
    /// All.
    Everybodys,
}

/// Whose entries of the journal are shown to whoever asks.
///
/// # Errors
/// [`Denied`] if none are.
pub fn whose(audience: &super::sight::Audience) -> Result<Whose, AppError> {
    let viewer = audience
        .viewer()
        .ok_or(Denied::SignInRequired(Data::Journal))?;
    if viewer.may_see_all(Data::Journal) {
        return Ok(Whose::Everybodys);
    }
    // A key for certain sites does not speak for the party as a whole.
    match viewer.party.filter(|_| viewer.sites.is_empty()) {
        Some(party) if viewer.may_see_some(Data::Journal) => Ok(Whose::Of(party)),
        _ => Err(Denied::NotAllowed(Data::Journal).into()),
    }
}

/// An access, with the record it was to.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The access.
    pub note: NumberedNote,
    /// The record.
    pub record: crate::core::record::RecordId,
}

/// Entries of the journal, the newest first: at most `limit` below `before`; and the moment before
/// which some may have been deleted because their time was over, 0 if none were.
///
/// # Errors
/// What the database reports.
pub fn accesses(
    node: &Node,
    whose: Whose,
    before: Option<i64>,
    limit: u32,
) -> Result<(Vec<Seen>, UnixSeconds), AppError> {
    node.read(|reader| {
        let owner = match &whose {
            Whose::Of(party) => Some(party),
            Whose::Everybodys => None,
        };
        let notes = reader.accesses(owner, before, limit)?;
        let keys: Vec<_> = notes.iter().map(|it| it.note.entry).collect();
        let ids = reader.ids_of(&keys)?;
        let seen = notes.into_iter().filter_map(|note| {
            let record = *ids.get(&note.note.entry)?;
            Some(Seen { note, record })
        });
        Ok((seen.collect(), reader.journal_horizon()?))
    })
}
