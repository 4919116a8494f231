//! Rebuild: drop every projection and make it again from the log. They come out equal, because
//! a row of a projection depends on the log only.

use super::AppError;
use super::check::{open, read_all};
use super::ledger::Options;
use crate::core::custody::{Admission, Effects, EntryKey, Replay};
use crate::core::record::Record;
use crate::store::{AppendTx, Head, NewEntry, Store, StoredEntry};

/// What a rebuild went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Rebuilt {
    /// Entries replayed.
    pub entries: u64,
}

/// Rebuilds every projection in one transaction: readers see the old ones until it commits, and
/// a fault leaves them as they were.
///
/// # Errors
/// An entry that cannot be read or replayed, or what the database reports.
pub fn rebuild(options: &Options, progress: &dyn Fn(u64)) -> Result<Rebuilt, AppError> {
    let (store, head) = open(options)?;
    let entries = anew(&store, &head, progress)?;
    Ok(Rebuilt { entries })
}

/// Makes every projection of a ledger anew; how many entries were replayed.
pub(super) fn anew(store: &Store, head: &Head, progress: &dyn Fn(u64)) -> Result<u64, AppError> {
    let mut replay = Replay::new(store.instance().origin.clone());
    store.append(|tx| -> Result<(), AppError> {
        if tx.head() != head {
            return Err(AppError::Contradicts {
                what: "head".into(),
            });
        }
        tx.clear_projections()?;
        read_all(store, head, &mut |chunk| {
            rewrite(tx, &mut replay, &chunk)?;
            progress(replay.size());
            Ok(())
        })
    })?;
    Ok(replay.size())
}

/// An entry replayed, with what it changes.
struct Replayed {
    key: EntryKey,
    kid_entry: EntryKey,
    record: Record,
    effects: Box<Effects>,
}

fn rewrite(
    tx: &mut AppendTx<'_>,
    replay: &mut Replay,
    chunk: &[StoredEntry],
) -> Result<(), AppError> {
    let mut replayed = Vec::with_capacity(chunk.len());
    for entry in chunk {
        let damaged = |reason: String| AppError::Damaged {
            index: entry.key.index(),
            reason,
        };
        let record = entry
            .record(|_| true)
            .map_err(|error| damaged(error.to_string()))?;
        let (key, admission) = replay
            .admit(&record)
            .map_err(|refusal| damaged(refusal.to_string()))?;
        let Admission::New(effects) = admission else {
            return Err(damaged("the record is in the log twice".into()));
        };
        let kid_entry = replay
            .state()
            .keys
            .get(&record.kid)
            .map_or(key, |granted| granted.entry);
        replayed.push(Replayed {
            key,
            kid_entry,
            record,
            effects,
        });
    }
    let entries: Vec<NewEntry<'_>> = replayed
        .iter()
        .map(|entry| NewEntry {
            key: entry.key,
            record: &entry.record,
            kid_entry: Some(entry.kid_entry),
            effects: &entry.effects,
        })
        .collect();
    tx.write_projections(&entries, replay.state())?;
    Ok(())
}
