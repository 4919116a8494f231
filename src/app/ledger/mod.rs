//! Append: records go in, receipts come out. Whoever submits verifies signatures in their own
//! thread; one writer drains whatever is queued into one commit, signs the head, and answers.
//! The same code is right with one process on SQLite and with many on one PostgreSQL, because
//! the locked head row decides and a cache counts only if its size equals that head.

mod batch;
mod beat;
mod catch_up;
pub(super) mod crew;
mod figures;
mod gathered;
mod keyring;
mod once;
mod open;
mod outcome;
mod prepare;
mod transaction;
mod writer;

pub use figures::Figures;
pub use once::{Handed, RowKeys};
pub use open::{Options, compare_with_signed};
pub use outcome::Outcome;

use super::error::AppError;
use super::memory::Touched;
use crate::core::log::SignedCheckpoint;
use keyring::KeyRing;
use outcome::Reply;
use prepare::{Item, prepare, prepare_later};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Records waiting for the writer at most; more is answered with "come back later".
pub const QUEUE_RECORDS_MAX: usize = 16_384;

/// Bytes of records waiting for the writer at most.
pub const QUEUE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Submissions waiting for the writer at most.
const QUEUE_SUBMISSIONS_MAX: usize = 8_192;

/// Records of one submission at most.
pub const BATCH_RECORDS_MAX: usize = 512;

/// Records from which on a commit takes no further submission, so that nobody waits long behind a
/// flood, and so that those who were answered verify their next ones while others are being written.
/// The wait for the disk is shared by all of them.
const COMMIT_RECORDS_MAX: usize = 768;

/// Records that travel together: their outcomes come back together and in order.
struct Submission {
    items: Vec<Item>,
    rows: RowKeys,
    extent: Extent,
    /// Seconds after the last beat from which one is to be written though nothing follows it.
    beat_after_s: Option<u64>,
    reply: oneshot::Sender<Reply>,
}

/// What of a submission is admitted if some of it cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The rest.
    Each,
    /// Nothing.
    Whole,
}

/// What everybody may ask of the ledger at any time.
#[derive(Debug, Default)]
struct Shared {
    pending: AtomicUsize,
    pending_bytes: AtomicUsize,
    head: Mutex<Option<Arc<SignedCheckpoint>>>,
    stopped: Mutex<Option<String>>,
    figures: Figures,
    touched: Arc<Touched>,
}

/// A ledger that is open for appending.
#[derive(Debug)]
pub struct Ledger {
    queue: Option<SyncSender<Submission>>,
    writer: Option<JoinHandle<()>>,
    keyring: Arc<RwLock<KeyRing>>,
    shared: Arc<Shared>,
}

impl Ledger {
    /// Opens the ledger of a folder for appending, after the checks without which a node must
    /// not go on: the right database, a head that is not behind the signed one, a clock that did
    /// not go backwards.
    ///
    /// # Errors
    /// Whatever makes it unsafe to go on.
    pub fn open(options: &Options) -> Result<Self, AppError> {
        let keyring = Arc::new(RwLock::new(KeyRing::new()));
        let shared = Arc::new(Shared::default());
        let writer = open::writer(options, Arc::clone(&keyring), Arc::clone(&shared))?;
        let (queue, incoming): (_, Receiver<Submission>) = sync_channel(QUEUE_SUBMISSIONS_MAX);
        let thread = std::thread::Builder::new()
            .name("shisu-writer".into())
            .spawn(move || writer.run(&incoming))
            .map_err(|cause| AppError::Stopped {
                reason: cause.to_string(),
            })?;
        Ok(Self {
            queue: Some(queue),
            writer: Some(thread),
            keyring,
            shared,
        })
    }

    /// Submits records (`jwt~disclosure~…~`), waits until they are durable, and gives an outcome
    /// for each in order. One bad record harms no other. For threads that may block; tasks use
    /// [`submit_async`](Self::submit_async).
    ///
    /// # Errors
    /// [`AppError::Overloaded`] when too much is waiting, [`AppError::Stopped`] after a fault. In
    /// both cases nothing is known to be recorded; submitting again is safe.
    pub fn submit(&self, texts: &[String]) -> Result<Vec<Outcome>, AppError> {
        self.submit_rows(texts, &RowKeys::default())
    }

    /// As [`submit`](Self::submit), of records that stand for rows of a table: for the same rows of a site no
    /// second record is admitted ([`Refusal::AlreadyImported`](crate::core::custody::Refusal)).
    ///
    /// # Errors
    /// As [`submit`](Self::submit).
    pub fn submit_rows(&self, texts: &[String], rows: &RowKeys) -> Result<Vec<Outcome>, AppError> {
        let mut outcomes = Vec::with_capacity(texts.len());
        for chunk in texts.chunks(BATCH_RECORDS_MAX) {
            // A place in the queue first: whoever is turned away shall cost nothing.
            let place = self.reserve(chunk)?;
            let items = prepare(chunk, &self.keyring);
            let answer = self.enqueue((items, rows.clone()), Extent::Each)?;
            outcomes.extend(self.outcome(answer.blocking_recv())?);
            drop(place);
        }
        Ok(outcomes)
    }

    /// Submits records of which either all are admitted, in one commit, or none: then the bad ones
    /// are refused and the others [`Outcome::Withheld`]. Those that are in the log already do no
    /// harm.
    ///
    /// # Errors
    /// As [`submit`](Self::submit); [`AppError::Input`] for more than [`BATCH_RECORDS_MAX`].
    pub fn submit_whole(&self, texts: &[String]) -> Result<Vec<Outcome>, AppError> {
        fits_a_commit(texts)?;
        let place = self.reserve(texts)?;
        let items = prepare(texts, &self.keyring);
        let answer = self.enqueue((items, RowKeys::default()), Extent::Whole)?;
        let outcomes = self.outcome(answer.blocking_recv())?;
        drop(place);
        Ok(outcomes)
    }

    /// As [`submit_rows`](Self::submit_rows) or [`submit_whole`](Self::submit_whole), for tasks: no thread
    /// waits while the writer works.
    ///
    /// # Errors
    /// As those.
    pub async fn submit_async(
        &self,
        handed: impl Into<Handed>,
        extent: Extent,
    ) -> Result<Vec<Outcome>, AppError> {
        let Handed { mut texts, rows } = handed.into();
        if extent == Extent::Whole {
            fits_a_commit(&texts)?;
        }
        let mut outcomes = Vec::with_capacity(texts.len());
        while !texts.is_empty() {
            let rest = texts.split_off(texts.len().min(BATCH_RECORDS_MAX));
            let place = self.reserve(&texts)?;
            let items = prepare_later(texts, Arc::clone(&self.keyring), self.waiting().0).await;
            let items = items.ok_or_else(|| self.why_stopped())?;
            let answer = self.enqueue((items, rows.clone()), extent)?;
            outcomes.extend(self.outcome(answer.await)?);
            drop(place);
            texts = rest;
        }
        Ok(outcomes)
    }

    /// Makes sure that a head is signed, even if nothing was ever submitted.
    ///
    /// # Errors
    /// As [`Ledger::submit`].
    pub fn tick(&self) -> Result<(), AppError> {
        self.tick_after(None)
    }

    /// As [`tick`](Self::tick), and writes a beat though nothing follows it if the last one is
    /// `seconds` old. So a log that is served and that nobody writes to says from time to time that
    /// its clock goes on, and a clock that is far ahead stays a sign that something is wrong.
    ///
    /// # Errors
    /// As [`Ledger::submit`].
    pub fn beat_if_idle_for(&self, seconds: u64) -> Result<(), AppError> {
        self.tick_after(Some(seconds))
    }

    fn tick_after(&self, beat_after_s: Option<u64>) -> Result<(), AppError> {
        let place = self.reserve(&[])?;
        let nothing = (Vec::new(), RowKeys::default());
        let answer = self.hand_over(nothing, Extent::Each, beat_after_s)?;
        self.outcome(answer.blocking_recv())?;
        drop(place);
        Ok(())
    }

    /// The last head this process signed.
    #[must_use]
    pub fn head(&self) -> Option<Arc<SignedCheckpoint>> {
        self.shared.head.lock().ok().and_then(|head| head.clone())
    }

    /// Why appends stopped, if they did.
    #[must_use]
    pub fn stopped(&self) -> Option<String> {
        let ended = self.writer.as_ref().is_none_or(JoinHandle::is_finished);
        let reason = self
            .shared
            .stopped
            .lock()
            .ok()
            .and_then(|reason| reason.clone());
        reason.or_else(|| ended.then(|| "the writer ended".to_owned()))
    }

    /// Records and bytes of records that wait for the writer or are with it.
    #[must_use]
    pub fn waiting(&self) -> (usize, usize) {
        let shared = &self.shared;
        (
            shared.pending.load(Ordering::SeqCst),
            shared.pending_bytes.load(Ordering::SeqCst),
        )
    }

    /// What the writer counts.
    #[must_use]
    pub fn figures(&self) -> &Figures {
        &self.shared.figures
    }

    /// What was appended since somebody last looked.
    pub(super) fn touched(&self) -> Arc<Touched> {
        Arc::clone(&self.shared.touched)
    }

    /// Takes places in the queue, in records and in bytes.
    fn reserve(&self, texts: &[String]) -> Result<Pending<'_>, AppError> {
        let (records, bytes) = (texts.len(), texts.iter().map(String::len).sum::<usize>());
        let waiting = self
            .shared
            .pending
            .fetch_add(records, Ordering::SeqCst)
            .saturating_add(records);
        let heavy = self
            .shared
            .pending_bytes
            .fetch_add(bytes, Ordering::SeqCst)
            .saturating_add(bytes);
        let place = Pending {
            shared: &self.shared,
            records,
            bytes,
        };
        if waiting > QUEUE_RECORDS_MAX || heavy > QUEUE_BYTES_MAX {
            return Err(AppError::Overloaded);
        }
        Ok(place)
    }

    fn enqueue(
        &self,
        handed: (Vec<Item>, RowKeys),
        extent: Extent,
    ) -> Result<oneshot::Receiver<Reply>, AppError> {
        self.hand_over(handed, extent, None)
    }

    fn hand_over(
        &self,
        (items, rows): (Vec<Item>, RowKeys),
        extent: Extent,
        beat_after_s: Option<u64>,
    ) -> Result<oneshot::Receiver<Reply>, AppError> {
        let (reply, answer) = oneshot::channel();
        let submission = Submission {
            items,
            rows,
            extent,
            beat_after_s,
            reply,
        };
        let queue = self.queue.as_ref().ok_or_else(|| self.why_stopped())?;
        match queue.try_send(submission) {
            Ok(()) => Ok(answer),
            Err(TrySendError::Full(_)) => Err(AppError::Overloaded),
            Err(TrySendError::Disconnected(_)) => Err(self.why_stopped()),
        }
    }

    /// What the writer answered, or why it did not.
    fn outcome(&self, answer: Result<Reply, oneshot::error::RecvError>) -> Reply {
        answer.unwrap_or_else(|_gone| Err(self.why_stopped()))
    }

    fn why_stopped(&self) -> AppError {
        AppError::Stopped {
            reason: self.stopped().unwrap_or_else(|| "the writer ended".into()),
        }
    }

    /// Waits until everything that was queued is answered, and ends.
    pub fn close(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.queue.take());
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has answered nobody; there is nothing left to save here.
            drop(writer.join());
        }
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        self.end();
    }
}

fn fits_a_commit(texts: &[String]) -> Result<(), AppError> {
    if texts.len() <= BATCH_RECORDS_MAX {
        return Ok(());
    }
    Err(AppError::Input(format!(
        "整批至多 {BATCH_RECORDS_MAX} 条 / at most {BATCH_RECORDS_MAX} records as a whole"
    )))
}

/// Places in the queue, given back when a submission is answered or given up.
struct Pending<'a> {
    shared: &'a Shared,
    records: usize,
    bytes: usize,
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.shared
            .pending
            .fetch_sub(self.records, Ordering::SeqCst);
        self.shared
            .pending_bytes
            .fetch_sub(self.bytes, Ordering::SeqCst);
    }
}
