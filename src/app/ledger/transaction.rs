//! The transaction of a batch: lock the head, catch up if another process moved it, let the batch
//! decide and write, commit.

use super::Extent;
use super::batch::Batch;
use super::catch_up::{Followed, catch_up, follow};
use super::gathered::Gathered;
use super::keyring::KeyRing;
use super::once::RowKeys;
use super::open::{check_clock, compare_with_signed};
use super::outcome::Placed;
use super::prepare::Item;
use super::writer::Writer;
use crate::app::error::AppError;
use crate::core::custody::Working;
use crate::core::log::TreeEdge;
use crate::core::record::{Jwk, Kid};
use crate::store::StoreError;
use std::sync::RwLock;

/// What became of a batch.
pub(super) enum Appended {
    /// The head is moved and committed, but not yet signed.
    Done(Vec<Placed>),
    /// It was to be appended as a whole and cannot be: nothing of it is in the log.
    Undone(Vec<Placed>),
}

/// Appends a batch; and a beat, though nothing follows it, if the last one is as old as somebody in
/// it says.
pub(super) fn append(
    writer: &mut Writer,
    gathered: &mut Gathered<'_>,
) -> Result<Appended, AppError> {
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
        shared,
        ..
    } = writer;
    let touched = &shared.touched;
    let done = store.append(|tx| -> Result<_, Ended> {
        let head = *tx.head();
        // Read under the lock: waiting for it takes time, and others may have beaten meanwhile.
        let now = clock.now();
        let followed = match *in_step {
            true => follow(tx, state, edge)?,
            false => None,
        };
        match followed {
            Some(Followed { last_beat }) => {
                *has_beaten = last_beat.unwrap_or(*has_beaten);
            }
            None => {
                catch_up(tx, &head, state, edge)?;
                // A database that failed over to a standby that lags, or was replaced under a
                // running node, would make it sign a fork.
                if let Some(signed) = &signed {
                    compare_with_signed(&tx.hashes(), &head, signed)?;
                }
                *has_beaten = false;
            }
        }
        edge.begin_batch();
        check_clock(&head, now, *accept_clock)?;
        let mut batch = Batch::new(&head, now, *has_beaten, state, edge, identity, tx)?;
        let items = gathered.take();
        let placed = batch.decide_all(items, gathered.rows(), tx)?;
        if gathered.extent == Extent::Whole && !all_in(&placed) {
            // Only if another process was faster than this one since the trial.
            return Err(Ended::Undone(placed));
        }
        batch.beat_if_idle(&head, gathered.beat_after_s)?;
        let wrote_beat = batch.has_beaten();
        let appended = touched.is_of_use().then(|| batch.appended(&head));
        let keys = batch.write(tx, &head)?;
        Ok((placed, keys, wrote_beat, appended))
    });
    let (placed, keys, wrote_beat, appended) = match done {
        Ok(done) => done,
        Err(Ended::Undone(placed)) => {
            *in_step = false;
            return Ok(Appended::Undone(placed));
        }
        Err(Ended::Fault(fault)) => return Err(fault),
    };
    // Before anybody is told: whoever asks afterwards is not answered from before.
    if let Some(appended) = appended {
        touched.add(appended);
    }
    *has_beaten |= wrote_beat;
    // What was confirmed at the start says nothing about a clock that jumps later.
    *accept_clock &= !wrote_beat;
    remember_keys(keyring, keys);
    Ok(Appended::Done(placed))
}

/// Keeps the keys of a batch for those who verify; nobody waits if all are known, as mostly.
fn remember_keys(keyring: &RwLock<KeyRing>, mut keys: Vec<(Kid, Jwk)>) {
    if let Ok(ring) = keyring.read() {
        keys.retain(|(kid, _)| !ring.knows(kid));
    }
    if !keys.is_empty()
        && let Ok(mut ring) = keyring.write()
    {
        for (kid, jwk) in keys {
            if !ring.knows(&kid) {
                ring.put(&jwk);
            }
        }
    }
}

/// Facts that a trial keeps; it lasts for one batch.
const TRIAL_FACTS_MAX: usize = 1;

/// Why a transaction was rolled back.
enum Ended {
    Undone(Vec<Placed>),
    Fault(AppError),
}

impl From<StoreError> for Ended {
    fn from(cause: StoreError) -> Self {
        Self::Fault(cause.into())
    }
}

impl From<AppError> for Ended {
    fn from(cause: AppError) -> Self {
        Self::Fault(cause)
    }
}

fn all_in(placed: &[Placed]) -> bool {
    placed.iter().all(|one| matches!(one, Placed::In(..)))
}

/// Tries a batch that is to be appended as a whole: what would become of its records, if not all of
/// them would be in the log afterwards. The trial works on facts of its own, so that those who
/// submit a bad whole again and again cannot make the writer forget what it remembers.
pub(super) fn fails_as_a_whole(
    writer: &Writer,
    (items, rows): (&[Item], &[RowKeys]),
) -> Result<Option<Vec<Placed>>, AppError> {
    let tried = writer.store.append(|tx| -> Result<(), Ended> {
        let head = *tx.head();
        let now = writer.clock.now();
        let mut state = Working::new(TRIAL_FACTS_MAX);
        let mut edge = TreeEdge::new();
        catch_up(tx, &head, &mut state, &mut edge)?;
        check_clock(&head, now, writer.accept_clock)?;
        let (identity, has_beaten) = (&writer.identity, writer.has_beaten);
        let mut batch = Batch::new(&head, now, has_beaten, &mut state, &mut edge, identity, tx)?;
        Err(Ended::Undone(batch.decide_all(items.to_vec(), rows, tx)?))
    });
    match tried {
        Err(Ended::Undone(placed)) => Ok((!all_in(&placed)).then_some(placed)),
        Err(Ended::Fault(fault)) => Err(fault),
        Ok(()) => Ok(None),
    }
}
