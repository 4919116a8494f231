//! Check: re-verify the whole ledger from its bytes: ids, signatures, feeds, citations, balances,
//! the tree and its tiles, the head, and every projection against the log. It names the first
//! thing that is wrong. Bytes are read and verified on all cores; admission is replayed in order.

mod other_rules;
mod pass;
mod prepare;

use super::AppError;
use super::head_copy::HeadCopy;
use super::ledger::Options;
use crate::core::custody::LogNo;
use crate::core::log::Hash;
use crate::store::{CHUNK_MAX, Head, Store, StoreError, StoredEntry};
use pass::Pass;
use prepare::{Keys, Prepared, prepare};
use std::sync::mpsc::{SyncSender, sync_channel};

/// Chunks read ahead at most.
const READ_AHEAD: usize = 2;

/// What a check went through.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Checked {
    /// Name of the log.
    pub log: String,
    /// Entries verified.
    pub entries: u64,
    /// Root of their tree.
    pub root: Hash,
    /// Records of which some sealed values were erased or are not here.
    pub partly_closed: u64,
    /// Rows of projections compared with the log.
    pub rows: u64,
    /// Entries judged by rules that this program does not know, so that what was found about them was
    /// not compared.
    pub other_rules: u64,
    /// Size of the signed head that was compared, if the folder has one.
    pub signed_head: Option<u64>,
}

/// Checks the ledger. `progress` hears how many entries are done.
///
/// # Errors
/// The first thing that is wrong, with the entry where it is.
pub fn check(options: &Options, progress: &dyn Fn(u64)) -> Result<Checked, AppError> {
    let (store, head) = open(options)?;
    let signed = match options.home.is_ledger() {
        true => HeadCopy::at(options.head_copy(&options.home.description()?))?.read()?,
        false => None,
    };
    let mut pass = Pass::new(store.instance().origin.clone(), signed);
    std::thread::scope(|scope| {
        let (sender, prepared) = sync_channel(READ_AHEAD);
        let preparing = scope.spawn(|| prepare_all(&store, &head, sender));
        for chunk in prepared {
            pass.replay(chunk)?;
            progress(pass.replayed());
        }
        preparing
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    pass.compare(&store, &head)
}

/// Reads and verifies every entry, some chunks ahead of whoever replays them.
fn prepare_all(
    store: &Store,
    head: &Head,
    sender: SyncSender<Vec<Prepared>>,
) -> Result<(), AppError> {
    let mut keys = Keys::new();
    let mut is_heard = true;
    read_all(store, head, &mut |chunk| {
        // Nobody listens any more once something was found to be wrong, and then that counts.
        is_heard = is_heard && sender.send(prepare(&chunk, &mut keys)).is_ok();
        match is_heard {
            true => Ok(()),
            false => Err(AppError::Stopped {
                reason: "the check has ended".into(),
            }),
        }
    })
}

/// Opens the database a folder or an address names, and its head.
pub(super) fn open(options: &Options) -> Result<(Store, Head), AppError> {
    // Without a folder only a database that is named can be looked at.
    let expected = match options.home.is_ledger() || options.database.is_none() {
        true => Some(options.home.description()?.instance()),
        false => None,
    };
    let store = Store::open(&options.database(), expected.as_ref())?;
    let head = store.read(|reader| reader.head(LogNo::HOME))?;
    let head = head.ok_or_else(|| AppError::Contradicts {
        what: "head".into(),
    })?;
    Ok((store, head))
}

/// Reads every entry of the log in order, a chunk ahead of whoever takes them.
pub(super) fn read_all(
    store: &Store,
    head: &Head,
    take: &mut dyn FnMut(Vec<StoredEntry>) -> Result<(), AppError>,
) -> Result<(), AppError> {
    std::thread::scope(|scope| {
        let (sender, chunks) = sync_channel(READ_AHEAD);
        scope.spawn(move || read_ahead(store, head.size, &sender));
        let mut next = 0_u64;
        for chunk in chunks {
            let chunk: Vec<StoredEntry> = chunk?;
            for entry in &chunk {
                if entry.key.index() != next {
                    return Err(AppError::Damaged {
                        index: next,
                        reason: "the entry is missing".into(),
                    });
                }
                next = next.saturating_add(1);
            }
            take(chunk)?;
        }
        if next == head.size {
            return Ok(());
        }
        Err(AppError::Damaged {
            index: next,
            reason: "the entry is missing".into(),
        })
    })
}

fn read_ahead(store: &Store, size: u64, sender: &SyncSender<Result<Vec<StoredEntry>, StoreError>>) {
    let mut from = 0;
    while from < size {
        let to = from.saturating_add(CHUNK_MAX).min(size);
        let chunk = store.read(|reader| reader.entries(LogNo::HOME, from, to));
        let failed = chunk.is_err();
        // Nobody listens any more once something was found to be wrong.
        if sender.send(chunk).is_err() || failed {
            return;
        }
        from = to;
    }
}
