//! The one thread that appends: it takes whatever is queued into one commit, signs the head
//! after a commit that returned cleanly, and only then answers.

use super::gathered::Gathered;
use super::keyring::KeyRing;
use super::open::Options;
use super::outcome::{Outcome, Place, Placed};
use super::transaction::{Appended, append, fails_as_a_whole};
use super::{Extent, Shared, Submission};
use crate::app::clock::Clock;
use crate::app::error::AppError;
use crate::app::head_copy::HeadCopy;
use crate::app::home::Identity;
use crate::core::custody::{LogNo, Refusal, Working};
use crate::core::log::prove::ProveError;
use crate::core::log::{Checkpoint, Hash, NoteSigner, Prover, Receipt, SignedCheckpoint, TreeEdge};
use crate::store::{Store, StoreError};
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

/// How long the next record of somebody who sends them one by one is awaited without sleeping.
const ALERT: Duration = Duration::from_micros(300);

/// What the writer thread owns.
pub(super) struct Writer {
    pub(super) store: Store,
    pub(super) identity: Identity,
    pub(super) clock: Clock,
    pub(super) state: Working,
    pub(super) edge: TreeEdge,
    /// Whether state and edge may be trusted if their size equals the locked head's.
    pub(super) in_step: bool,
    /// Whether this process has written a beat: the rules it brings may be others.
    pub(super) has_beaten: bool,
    /// Whether a clock far ahead of the last beat is right, as somebody said at the start.
    pub(super) accept_clock: bool,
    pub(super) keyring: Arc<RwLock<KeyRing>>,
    signer: NoteSigner,
    copy: HeadCopy,
    pub(super) shared: Arc<Shared>,
}

impl Writer {
    pub(super) fn new(
        store: Store,
        identity: Identity,
        options: &Options,
        copy: HeadCopy,
        keyring: Arc<RwLock<KeyRing>>,
        shared: Arc<Shared>,
    ) -> Result<Self, AppError> {
        let signer = identity.signer()?;
        Ok(Self {
            store,
            identity,
            clock: options.clock.clone(),
            state: Working::new(options.facts_max),
            edge: TreeEdge::new(),
            in_step: false,
            has_beaten: false,
            accept_clock: options.accept_clock,
            keyring,
            signer,
            copy,
            shared,
        })
    }

    /// Answers submissions until nobody can submit any more, or until a fault after which this
    /// process must not append.
    pub(super) fn run(mut self, incoming: &Receiver<Submission>) {
        let mut held = None;
        let mut answered = 0;
        while let Some(first) = held.take().or_else(|| next(incoming, answered)) {
            let mut batch = Gathered::of(first, incoming, &mut held);
            let is_answered = self.answer(&mut batch, incoming);
            answered = batch.records();
            if !is_answered {
                return;
            }
        }
    }

    /// Appends a batch and answers it; false if the writer must end.
    fn answer(&mut self, batch: &mut Gathered<'_>, incoming: &Receiver<Submission>) -> bool {
        let began = Instant::now();
        let done = self.append_and_sign(batch);
        let records = batch.records();
        let askers = batch.askers();
        match done {
            Ok(outcomes) => {
                // An empty batch only asks whether appending works.
                if records > 0 {
                    self.shared.figures.appended(records, began.elapsed());
                }
                let mut outcomes = outcomes.into_iter();
                for (reply, count) in askers {
                    // Somebody who no longer listens will ask again and hear "duplicate".
                    drop(reply.send(Ok(outcomes.by_ref().take(count).collect())));
                }
                true
            }
            Err(fault) => {
                self.shared.figures.failed();
                self.in_step = false;
                let reason = fault.to_string();
                tracing::error!(reason, fatal = fault.is_fatal(), "a batch was not appended");
                let fatal = fault.is_fatal();
                if fatal && let Ok(mut stopped) = self.shared.stopped.lock() {
                    *stopped = Some(reason.clone());
                }
                for (reply, _) in askers {
                    drop(reply.send(Err(again(&fault, &reason))));
                }
                // What waits was not tried, and hears the same as whoever comes later.
                while let Some(waiting) = fatal.then(|| incoming.try_recv().ok()).flatten() {
                    let reason = reason.clone();
                    drop(waiting.reply.send(Err(AppError::Stopped { reason })));
                }
                !fatal
            }
        }
    }

    fn append_and_sign(&mut self, batch: &mut Gathered<'_>) -> Result<Vec<Outcome>, AppError> {
        if batch.extent == Extent::Whole
            && let Some(placed) = fails_as_a_whole(self, (batch.items(), batch.rows()))?
        {
            return Ok(placed.into_iter().map(withheld).collect());
        }
        let placed = match append(self, batch)? {
            Appended::Done(placed) => placed,
            Appended::Undone(placed) => return Ok(placed.into_iter().map(withheld).collect()),
        };
        self.in_step = true;
        let head = self.sign()?;
        let outcomes = self.outcomes(placed, &head);
        self.state.age();
        outcomes
    }

    /// Signs the head that was committed, keeps the second copy, and shows it.
    fn sign(&mut self) -> Result<Arc<SignedCheckpoint>, AppError> {
        if let Some(last) = self
            .signed()
            .filter(|last| last.checkpoint().size() == self.edge.size())
        {
            return Ok(last);
        }
        let checkpoint = Checkpoint::new(
            self.identity.description.origin.clone(),
            self.edge.size(),
            self.edge.root(),
        )?;
        let head = Arc::new(SignedCheckpoint::sign(checkpoint, &self.signer)?);
        self.copy.write(&head)?;
        if let Ok(mut shown) = self.shared.head.lock() {
            *shown = Some(Arc::clone(&head));
        }
        Ok(head)
    }

    /// The head this process signed last.
    pub(super) fn signed(&self) -> Option<Arc<SignedCheckpoint>> {
        self.shared.head.lock().ok().and_then(|head| head.clone())
    }

    fn outcomes(
        &self,
        placed: Vec<Placed>,
        head: &Arc<SignedCheckpoint>,
    ) -> Result<Vec<Outcome>, AppError> {
        let older = self.prove_older(&placed)?;
        let receipt = |index: u64| -> Result<Receipt, AppError> {
            let damaged = || AppError::Damaged {
                index,
                reason: "no inclusion proof".into(),
            };
            let proof = self
                .edge
                .prove_recent(index)
                .or_else(|| older.get(&index).cloned())
                .ok_or_else(damaged)?;
            Receipt::new(index, proof, Arc::clone(head)).map_err(|_unfit| damaged())
        };
        placed
            .into_iter()
            .map(|placed| match placed {
                Placed::In(Place::New, index) => receipt(index).map(Outcome::Accepted),
                Placed::In(Place::Known, index) => receipt(index).map(Outcome::Duplicate),
                Placed::Parked(awaits) => Ok(Outcome::Parked { awaits }),
                Placed::Refused(refusal) => Ok(Outcome::Refused(refusal)),
            })
            .collect()
    }

    /// Proofs for entries that are no longer at the tree's edge, from the stored tiles.
    fn prove_older(&self, placed: &[Placed]) -> Result<HashMap<u64, Vec<Hash>>, AppError> {
        let old: Vec<u64> = placed
            .iter()
            .filter_map(|placed| match placed {
                Placed::In(Place::Known, index) if self.edge.prove_recent(*index).is_none() => {
                    Some(*index)
                }
                _ => None,
            })
            .collect();
        if old.is_empty() {
            return Ok(HashMap::new());
        }
        Ok(self.store.read(|reader| -> Result<_, StoreError> {
            let tiles = reader.hashes(LogNo::HOME)?;
            let mut proofs = HashMap::new();
            if let Ok(mut prover) = Prover::new(self.edge.size(), &tiles) {
                for index in old {
                    match prover.inclusion(index) {
                        Ok(proof) => drop(proofs.insert(index, proof)),
                        Err(ProveError::Source(cause)) => return Err(cause),
                        Err(_none) => {}
                    }
                }
            }
            Ok(proofs)
        })?)
    }
}

/// The next submission; none if nobody can submit any more. Whoever sends one record after the other
/// waits for each: their next one is awaited without sleeping, since being woken takes longer than
/// most of what is done for it. Where others want the core they have it.
fn next(incoming: &Receiver<Submission>, answered: usize) -> Option<Submission> {
    let began = Instant::now();
    while answered == 1 && began.elapsed() < ALERT {
        match incoming.try_recv() {
            Ok(submission) => return Some(submission),
            Err(TryRecvError::Empty) => std::thread::yield_now(),
            Err(TryRecvError::Disconnected) => return None,
        }
    }
    incoming.recv().ok()
}

/// What becomes of a record whose fellows cannot be admitted with it.
fn withheld(placed: Placed) -> Outcome {
    match placed {
        Placed::In(..) => Outcome::Withheld,
        // A whole that waits for something would be half admitted later.
        Placed::Parked(id) => Outcome::Refused(Refusal::CitationUnknown { id }),
        Placed::Refused(refusal) => Outcome::Refused(refusal),
    }
}

/// What those who wait are told of a fault: the same that the first one was. Only what cannot be
/// copied, such as an error of the operating system, becomes its words.
fn again(fault: &AppError, reason: &str) -> AppError {
    match fault {
        AppError::Store(cause) => AppError::Store(cause.clone()),
        AppError::Refused(cause) => AppError::Refused(cause.clone()),
        AppError::BehindSignedHead { found, signed } => AppError::BehindSignedHead {
            found: *found,
            signed: *signed,
        },
        AppError::Fork { signed } => AppError::Fork { signed: *signed },
        AppError::ClockBackwards { now, beat } => AppError::ClockBackwards {
            now: *now,
            beat: *beat,
        },
        AppError::ClockForwards { now, beat } => AppError::ClockForwards {
            now: *now,
            beat: *beat,
        },
        AppError::Damaged { index, reason } => AppError::Damaged {
            index: *index,
            reason: reason.clone(),
        },
        AppError::Contradicts { what } => AppError::Contradicts { what: what.clone() },
        _ => AppError::Stopped {
            reason: reason.to_owned(),
        },
    }
}
